package io.ringkv.client;

import java.util.Objects;

/** What must hold of a key for a conditional change to be made, at the moment it is applied. */
public sealed interface Expectation {

    /** The key exists with exactly this value. */
    static Expectation value(Bytes value) {
        return new HasValue(value);
    }

    /** The key exists and was last changed at this revision. */
    static Expectation revision(long modRevision) {
        return new HasRevision(modRevision);
    }

    /** The key does not exist. */
    static Expectation absent() {
        return IsAbsent.INSTANCE;
    }

    /**
     * The key exists with exactly this value.
     *
     * @param value the value
     */
    record HasValue(Bytes value) implements Expectation {

        /** The value may not be null. */
        public HasValue {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * The key exists and was last changed at this revision.
     *
     * @param modRevision the revision, 1 or more
     */
    record HasRevision(long modRevision) implements Expectation {

        /** @throws IllegalArgumentException if the revision is below 1, which no key has */
        public HasRevision {
            if (modRevision < 1) {
                throw new IllegalArgumentException("expected revision: " + modRevision + " (expected: 1 or more)");
            }
        }
    }

    /** The key does not exist. */
    enum IsAbsent implements Expectation {
        INSTANCE
    }
}
