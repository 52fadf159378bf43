package io.ringkv.common.config;

import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Guesses which known name was meant by one that is not known. */
public final class NearestName {

    private NearestName() {}

    /**
     * The known name that takes the fewest typing mistakes (a character added, left out, replaced, or swapped with its
     * neighbour) to become the given one; among equally near ones the first in alphabetical order.
     *
     * @return null if none is near: more than two mistakes, or more than a third of the characters of a long name
     */
    public static @Nullable String find(String name, Collection<String> known) {
        int tolerance = Math.max(2, name.length() / 3);
        return known.stream()
                .filter(candidate -> distance(name, candidate) <= tolerance)
                .min(Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse(null);
    }

    /** Number of typing mistakes between two names (optimal string alignment). */
    static int distance(String left, String right) {
        int[][] mistakes = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            for (int j = 0; j <= right.length(); j++) {
                mistakes[i][j] = i == 0 || j == 0 ? i + j : fewest(left, right, i, j, mistakes);
            }
        }
        return mistakes[left.length()][right.length()];
    }

    private static int fewest(String left, String right, int i, int j, int[][] mistakes) {
        boolean same = left.charAt(i - 1) == right.charAt(j - 1);
        int fewest =
                Math.min(mistakes[i - 1][j - 1] + (same ? 0 : 1), Math.min(mistakes[i - 1][j], mistakes[i][j - 1]) + 1);
        boolean swapped = i > 1
                && j > 1
                && left.charAt(i - 1) == right.charAt(j - 2)
                && left.charAt(i - 2) == right.charAt(j - 1);
        return swapped ? Math.min(fewest, mistakes[i - 2][j - 2] + 1) : fewest;
    }
}
