package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.Operation;

/**
 * What an operation demands of a register and does to it. States are numbers: values that are whole decimal numbers stand
 * for themselves, other texts have numbers from {@link ValueTable}, and a few have a meaning of their own.
 *
 * @param kind demand and effect
 * @param demanded the state it demands, or excludes
 * @param next the state it leaves, or the number it adds
 * @param invoked place of the call
 * @param completed place of the outcome; {@link Operation#NEVER} if it is unknown
 * @param operation what it was made from
 */
record RegisterStep(Kind kind, long demanded, long next, int invoked, int completed, Operation operation) {
    /** The state of a key that does not exist. */
    static final long ABSENT = Long.MIN_VALUE;
    /** Some value that no operation will ask for any more; all of them are one state. */
    static final long UNSEEN = Long.MIN_VALUE + 1;
    /** No state: the operation is not possible. */
    static final long IMPOSSIBLE = Long.MIN_VALUE + 2;

    /** Demands and effects. */
    enum Kind {
        /** Demands a state. */
        SEE,
        /** Demands that the state is another. */
        SEE_OTHER,
        /** Leaves a state, whatever was. */
        WRITE,
        /** Demands a state and leaves another. */
        SWAP,
        /** Demands a number, an absent key counting as 0, and leaves another. */
        COUNT,
        /** Demands that the key exists, and removes it. */
        REMOVE,
        /** Adds to a number; the result is not known. */
        INCREASE
    }

    /** Whether it may take effect at any later time, or never. */
    boolean isUnknown() {
        return completed == Operation.NEVER;
    }

    /** Whether what it demands is one certain state, or any but that. */
    boolean asksForState() {
        return switch (kind) {
            case SEE, SEE_OTHER, SWAP, COUNT -> true;
            case WRITE, REMOVE, INCREASE -> false;
        };
    }

    /** Whether one state will do, as opposed to any but one. */
    boolean asksForOneState() {
        return switch (kind) {
            case SEE, SWAP, COUNT -> true;
            case SEE_OTHER, WRITE, REMOVE, INCREASE -> false;
        };
    }

    /** Whether it never changes the state. */
    boolean isPassive() {
        return kind == Kind.SEE || kind == Kind.SEE_OTHER;
    }

    /** The state after it, if it takes effect in this state; {@link #IMPOSSIBLE} if it cannot. */
    long after(long state) {
        return switch (kind) {
            case SEE -> state == demanded ? state : IMPOSSIBLE;
            case SEE_OTHER -> state == demanded ? IMPOSSIBLE : state;
            case WRITE -> next;
            case SWAP -> state == demanded ? next : IMPOSSIBLE;
            case COUNT -> (state == ABSENT ? 0 : state) == demanded ? next : IMPOSSIBLE;
            case REMOVE -> state == ABSENT ? IMPOSSIBLE : ABSENT;
            case INCREASE -> increased(state);
        };
    }

    private long increased(long state) {
        if (state == ABSENT) {
            return next;
        }
        if (!ValueTable.isNumber(state)) {
            return IMPOSSIBLE;
        }
        long sum = state + next;
        boolean overflow = ((state ^ sum) & (next ^ sum)) < 0;
        return overflow || !ValueTable.isNumber(sum) ? IMPOSSIBLE : sum;
    }
}
