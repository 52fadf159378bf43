package io.ringkv.cli.look;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Many labels in few words: s1-s6, s8, s10-s50. Pure. */
final class LabelRanges {
    private static final Pattern NUMBERED = Pattern.compile("(.*?)(0|[1-9]\\d{0,8})");

    private LabelRanges() {}

    /** Labels in the order in which people count, neighbours drawn together. */
    static String of(Collection<String> labels) {
        return of(labels, Integer.MAX_VALUE);
    }

    /**
     * The same, cut short.
     *
     * @param partsMax most ranges and single labels; of more, the number of labels that are left out is told
     */
    static String of(Collection<String> labels, int partsMax) {
        List<String> sorted =
                labels.stream().distinct().sorted(LabelOrder.INSTANCE).toList();
        List<String> parts = new ArrayList<>();
        int shown = 0;
        while (shown < sorted.size() && parts.size() < partsMax) {
            int end = shown + 1;
            while (end < sorted.size() && isNext(sorted.get(end - 1), sorted.get(end))) {
                end++;
            }
            // Two neighbours are not shorter as a range.
            if (end - shown < 3) {
                end = shown + 1;
            }
            parts.add(end - shown == 1 ? sorted.get(shown) : sorted.get(shown) + "-" + sorted.get(end - 1));
            shown = end;
        }
        String text = String.join(", ", parts);
        return shown == sorted.size() ? text : text + " and " + (sorted.size() - shown) + " more";
    }

    private static boolean isNext(String label, String after) {
        Matcher left = NUMBERED.matcher(label);
        Matcher right = NUMBERED.matcher(after);
        return left.matches()
                && right.matches()
                && left.group(1).equals(right.group(1))
                && Integer.parseInt(left.group(2)) + 1 == Integer.parseInt(right.group(2));
    }
}
