package io.ringkv.testing.lab.check;

import java.util.Arrays;

/**
 * How many operations of unknown outcome have been assumed to have taken effect, by class of equal operations. Immutable.
 * The less, the better: those that are left can still explain something.
 */
final class Consumed {
    static final Consumed NONE = new Consumed(new int[0]);

    /** Class and count in turn, ordered by class; no count is 0. */
    private final int[] pairs;

    private Consumed(int[] pairs) {
        this.pairs = pairs;
    }

    /** How many of a class. */
    int count(int operationClass) {
        int index = indexOf(operationClass);
        return index < 0 ? 0 : pairs[index + 1];
    }

    /** How many of all classes together. */
    int total() {
        int total = 0;
        for (int i = 1; i < pairs.length; i += 2) {
            total += pairs[i];
        }
        return total;
    }

    /** More of a class. */
    Consumed plus(int operationClass, int more) {
        int index = indexOf(operationClass);
        if (index >= 0) {
            int[] changed = pairs.clone();
            changed[index + 1] += more;
            return new Consumed(changed);
        }
        int at = -index - 1;
        int[] longer = new int[pairs.length + 2];
        System.arraycopy(pairs, 0, longer, 0, at);
        longer[at] = operationClass;
        longer[at + 1] = more;
        System.arraycopy(pairs, at, longer, at + 2, pairs.length - at);
        return new Consumed(longer);
    }

    /** The same with one class counted as another. */
    Consumed merged(int from, int to) {
        int index = indexOf(from);
        if (index < 0) {
            return this;
        }
        int[] shorter = new int[pairs.length - 2];
        System.arraycopy(pairs, 0, shorter, 0, index);
        System.arraycopy(pairs, index + 2, shorter, index, shorter.length - index);
        return new Consumed(shorter).plus(to, pairs[index + 1]);
    }

    /** Whether no class counts more than in the other. */
    boolean isAtMost(Consumed other) {
        int theirs = 0;
        for (int i = 0; i < pairs.length; i += 2) {
            while (theirs < other.pairs.length && other.pairs[theirs] < pairs[i]) {
                theirs += 2;
            }
            if (theirs >= other.pairs.length
                    || other.pairs[theirs] != pairs[i]
                    || other.pairs[theirs + 1] < pairs[i + 1]) {
                return false;
            }
        }
        return true;
    }

    /** Index of a class, or where it belongs as in {@link Arrays#binarySearch}. */
    private int indexOf(int operationClass) {
        int low = 0;
        int high = pairs.length / 2 - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int found = pairs[2 * middle];
            if (found == operationClass) {
                return 2 * middle;
            }
            if (found < operationClass) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -(2 * low) - 1;
    }

    @Override
    public String toString() {
        return Arrays.toString(pairs);
    }
}
