package io.ringkv.testing.lab.check;

import java.util.List;
import java.util.TreeMap;

/**
 * Which values anybody will still ask for. A value is dead once all operations that demand or exclude it, or what
 * increments of unknown outcome can make of it, have returned; all dead values are one state. Used by one thread.
 */
final class Liveness {
    /** Value -> place of the last outcome of an operation that asks for it. */
    private final TreeMap<Long, Integer> lastUse = new TreeMap<>();

    /** What all increments of unknown outcome together can add, and take away. */
    private long increase;

    private long decrease;

    Liveness(List<RegisterStep> steps) {
        for (RegisterStep step : steps) {
            if (step.asksForState()) {
                lastUse.merge(step.demanded(), step.completed(), Math::max);
            }
            if (step.kind() == RegisterStep.Kind.INCREASE) {
                increase += Math.max(0, Math.min(step.next(), Integer.MAX_VALUE));
                decrease += Math.max(0, Math.min(-step.next(), Integer.MAX_VALUE));
            }
        }
    }

    boolean isDead(long state) {
        if (state == RegisterStep.ABSENT) {
            return false;
        }
        if (!ValueTable.isNumber(state)) {
            return !lastUse.containsKey(state);
        }
        Long next = lastUse.ceilingKey(state - decrease);
        return next == null || next > state + increase;
    }

    /** The state, or the one that stands for all dead ones. */
    long canonical(long state) {
        return isDead(state) ? RegisterStep.UNSEEN : state;
    }

    /** Whether nobody will ask for what this step asks for, once it has returned. */
    boolean isLastUse(RegisterStep step) {
        Integer last = step.asksForState() ? lastUse.get(step.demanded()) : null;
        return step.demanded() != RegisterStep.ABSENT && last != null && last == step.completed();
    }

    /** From now on nobody asks for the value. */
    void forget(long state) {
        lastUse.remove(state);
    }

    /** The smallest value that increments can make this one of. */
    long lowestBefore(long state) {
        return ValueTable.isNumber(state) ? state - increase : state;
    }

    /** The greatest value that increments can make this one of. */
    long highestBefore(long state) {
        return ValueTable.isNumber(state) ? state + decrease : state;
    }
}
