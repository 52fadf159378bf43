package io.ringkv.testing.lab.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which values anybody will still ask for. A value is dead once all operations that demand or exclude it have returned;
 * all dead values are one state. Used by one thread.
 */
final class Liveness {
    /** Value → place of the last outcome of an operation that asks for it. */
    private final Map<Long, Integer> lastUse = new HashMap<>();

    /** With increments of unknown outcome any value may lead to one that is asked for: then none counts as dead. */
    private final boolean forgets;

    Liveness(List<RegisterStep> steps) {
        for (RegisterStep step : steps) {
            if (step.asksForState()) {
                lastUse.merge(step.demanded(), step.completed(), Math::max);
            }
        }
        this.forgets = steps.stream().noneMatch(step -> step.kind() == RegisterStep.Kind.INCREASE);
    }

    boolean isDead(long state) {
        return forgets && state != RegisterStep.ABSENT && !lastUse.containsKey(state);
    }

    /** The state, or the one that stands for all dead ones. */
    long canonical(long state) {
        return isDead(state) ? RegisterStep.UNSEEN : state;
    }

    /** Whether nobody will ask for what this step asks for, once it has returned. */
    boolean isLastUse(RegisterStep step) {
        Integer last = step.asksForState() ? lastUse.get(step.demanded()) : null;
        return forgets && step.demanded() != RegisterStep.ABSENT && last != null && last == step.completed();
    }

    /** From now on the value is dead. */
    void forget(long state) {
        lastUse.remove(state);
    }
}
