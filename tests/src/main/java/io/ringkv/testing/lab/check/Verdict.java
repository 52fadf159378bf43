package io.ringkv.testing.lab.check;

import java.util.Locale;

/** What a checker has found. */
public enum Verdict {
    /** Every promise was kept, in all that was recorded. */
    OK,
    /** Nobody knows: the checker gave up, or there was nothing to check. */
    UNKNOWN,
    /** A promise was broken, and here is the proof. */
    VIOLATED;

    /** The graver of the two. */
    public Verdict and(Verdict other) {
        return compareTo(other) >= 0 ? this : other;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
