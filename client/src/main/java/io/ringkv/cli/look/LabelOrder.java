package io.ringkv.cli.look;

import java.util.Comparator;

/** Order of labels as people count: s2 comes before s10. Digits compare as numbers, all else as text. */
enum LabelOrder implements Comparator<String> {
    INSTANCE;

    @Override
    public int compare(String left, String right) {
        int l = 0;
        int r = 0;
        while (l < left.length() && r < right.length()) {
            int lEnd = partEnd(left, l);
            int rEnd = partEnd(right, r);
            String lPart = left.substring(l, lEnd);
            String rPart = right.substring(r, rEnd);
            int compared = isDigit(lPart.charAt(0)) && isDigit(rPart.charAt(0))
                    ? compareNumbers(lPart, rPart)
                    : lPart.compareTo(rPart);
            if (compared != 0) {
                return compared;
            }
            l = lEnd;
            r = rEnd;
        }
        int compared = Integer.compare(left.length() - l, right.length() - r);
        return compared != 0 ? compared : left.compareTo(right);
    }

    private static int partEnd(String text, int from) {
        boolean digits = isDigit(text.charAt(from));
        int end = from + 1;
        while (end < text.length() && isDigit(text.charAt(end)) == digits) {
            end++;
        }
        return end;
    }

    private static int compareNumbers(String left, String right) {
        String l = left.replaceFirst("^0+(?=.)", "");
        String r = right.replaceFirst("^0+(?=.)", "");
        return l.length() != r.length() ? Integer.compare(l.length(), r.length()) : l.compareTo(r);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
