package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.check.Configurations.Configuration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the operations on one register can be put into an order that respects real time and explains every
 * answer. The just-in-time linearization of G. Lowe (Testing for linearizability, 2017), a child of that of Wing and Gong:
 * events are taken in their order, with the set of all ways in which the past can have happened; an operation is made to
 * take effect no later than at its return, and what others it needs before it then too.
 *
 * <p>What keeps the set small, without changing the answer:
 *
 * <ul>
 *   <li>An open operation that changes nothing takes effect as soon as the state allows it: it never hurts.
 *   <li>Operations of unknown outcome take effect only where something is not possible without them, see
 *       {@link UnknownSteps}.
 *   <li>Of two ways that differ only in the unknown operations they used up, the one that used less is kept.
 *   <li>Values that nobody will ask for any more are one state; writes of such values with unknown outcome are one class,
 *       of which only the number counts. So thousands of unknown outcomes cost next to nothing.
 * </ul>
 *
 * <p>When the set or the work grows over its limit the search gives up. Used once, by one thread; {@link #decide} runs as
 * many as it takes.
 */
final class RegisterSearch {
    /** How exact a search is. */
    private enum Mode {
        /** Looks at a few of many equal possibilities. An order that it finds is one. */
        HASTY,
        /** Lets unknown operations take effect again and again. If there is no order even so, there is none. */
        GENEROUS,
        /** Right, and sometimes slow. */
        EXACT
    }

    /**
     * How much the search may cost.
     *
     * @param configurations most ways of the past kept at a time; about 150 bytes each
     * @param work most transitions tried in all
     */
    record Limits(int configurations, long work) {
        static final Limits DEFAULT = new Limits(100_000, 30_000_000);
    }

    /**
     * What was found. With neither culprit nor reason: an order exists.
     *
     * @param culprit the operation that nothing explains
     * @param possible states in which it might have found the register
     * @param gaveUp why the search gave up
     */
    record Finding(
            @Nullable RegisterStep culprit,
            Set<Long> possible,
            @Nullable String gaveUp) {
        boolean isLinearizable() {
            return culprit == null && gaveUp == null;
        }
    }

    private static final int MAX_OPEN = Long.SIZE;
    private static final int HASTY_OPTIONS = 3;
    private static final int HASTY_WAYS = 64;
    private static final int HASTY_PART = 4;

    private final List<RegisterStep> steps;
    private final Collection<Long> initialStates;
    private final Limits limits;
    private final Liveness live;
    private final UnknownSteps unknown;
    private final boolean generous;
    private final int waysMax;
    private final @Nullable RegisterStep[] open = new RegisterStep[MAX_OPEN];
    private long openBits;
    private long work;
    private Configurations ways = new Configurations();

    private RegisterSearch(List<RegisterStep> steps, Collection<Long> initialStates, Limits limits, Mode mode) {
        this.steps = steps;
        this.initialStates = initialStates;
        this.limits = limits;
        this.live = new Liveness(steps);
        this.generous = mode == Mode.GENEROUS;
        this.waysMax = mode == Mode.HASTY ? HASTY_WAYS : Integer.MAX_VALUE;
        this.unknown = new UnknownSteps(mode == Mode.GENEROUS, mode == Mode.HASTY ? HASTY_OPTIONS : Integer.MAX_VALUE);
    }

    /**
     * Decides.
     *
     * @param steps in the order of their calls
     * @param initialStates in any of which the register may have been before
     */
    static Finding decide(List<RegisterStep> steps, Collection<Long> initialStates, Limits limits) {
        Limits few = new Limits(Math.max(1, limits.configurations() / HASTY_PART), limits.work() / HASTY_PART);
        Finding hasty = new RegisterSearch(steps, initialStates, few, Mode.HASTY).run();
        if (hasty.isLinearizable()) {
            return hasty;
        }
        Finding generous = new RegisterSearch(steps, initialStates, limits, Mode.GENEROUS).run();
        if (generous.culprit() != null) {
            return generous;
        }
        return new RegisterSearch(steps, initialStates, limits, Mode.EXACT).run();
    }

    /** Whether it is certain, and quickly seen, that no order exists. */
    static boolean isImpossible(List<RegisterStep> steps, Collection<Long> initialStates, Limits limits) {
        return new RegisterSearch(steps, initialStates, limits, Mode.GENEROUS)
                        .run()
                        .culprit()
                != null;
    }

    private Finding run() {
        for (long state : initialStates) {
            ways.add(new Configuration(live.canonical(state), 0, Consumed.NONE));
        }
        RegisterStep[] returns = steps.stream()
                .filter(step -> !step.isUnknown())
                .sorted(Comparator.comparingInt(RegisterStep::completed))
                .toArray(RegisterStep[]::new);
        int next = 0;
        for (RegisterStep step : steps) {
            while (next < returns.length && returns[next].completed() < step.invoked()) {
                Finding finding = complete(returns[next++]);
                if (finding != null) {
                    return finding;
                }
            }
            if (!invoke(step)) {
                return gaveUp("more than " + MAX_OPEN + " operations were open at the same time");
            }
        }
        while (next < returns.length) {
            Finding finding = complete(returns[next++]);
            if (finding != null) {
                return finding;
            }
        }
        return new Finding(null, Set.of(), null);
    }

    private boolean invoke(RegisterStep step) {
        if (step.isUnknown()) {
            unknown.add(step, live);
            return true;
        }
        int slot = Long.numberOfTrailingZeros(~openBits);
        if (slot == MAX_OPEN) {
            return false;
        }
        open[slot] = step;
        openBits |= 1L << slot;
        if (step.isPassive()) {
            Configurations changed = new Configurations();
            ways.forEach(way -> changed.add(settled(way.state(), way.effective(), way.consumed())));
            ways = changed;
        }
        return true;
    }

    /** The operation has returned: only ways in which it has taken effect remain. Null while there are any. */
    private @Nullable Finding complete(RegisterStep step) {
        int slot = slotOf(step);
        long bit = 1L << slot;
        Configurations after = new Configurations();
        Configurations seen = new Configurations();
        ArrayDeque<Configuration> waiting = new ArrayDeque<>();
        ways.forEach(way -> {
            if (emitted(way, bit, after)) {
                return;
            }
            seen.add(way);
            waiting.add(way);
        });
        List<Configuration> successors = new ArrayList<>();
        while (!waiting.isEmpty()) {
            successors.clear();
            extend(waiting.poll(), successors);
            for (Configuration successor : successors) {
                if (!emitted(successor, bit, after) && seen.add(successor)) {
                    waiting.add(successor);
                }
            }
            if (seen.size() + after.size() > limits.configurations()) {
                return gaveUp("more than " + limits.configurations() + " ways in which the past can have happened");
            }
            if (work > limits.work()) {
                return gaveUp("more than " + limits.work() + " steps of search");
            }
        }
        if (after.isEmpty()) {
            if (unknown.isTruncated()) {
                return gaveUp("too many combinations of operations of unknown outcome");
            }
            return new Finding(step, new TreeSet<>(seen.states()), null);
        }
        open[slot] = null;
        openBits &= ~bit;
        ways = live.isLastUse(step) ? forgetting(step, after) : after;
        if (ways.size() > waysMax) {
            ways = ways.best(waysMax);
        }
        return null;
    }

    /** Keeps a way in which the operation of the bit has taken effect, which is closed now. */
    private static boolean emitted(Configuration way, long bit, Configurations after) {
        if ((way.effective() & bit) == 0) {
            return false;
        }
        after.add(new Configuration(way.state(), way.effective() & ~bit, way.consumed()));
        return true;
    }

    /** All ways to go on by one operation. */
    private void extend(Configuration way, List<Configuration> successors) {
        long pending = openBits & ~way.effective();
        while (pending != 0) {
            int slot = Long.numberOfTrailingZeros(pending);
            pending &= pending - 1;
            RegisterStep step = openStep(slot);
            work++;
            if (step.after(way.state()) != RegisterStep.IMPOSSIBLE) {
                successors.add(after(step, slot, way.state(), way.effective(), way.consumed()));
            } else if (generous && !step.asksForOneState()) {
                // Any change will do, and whichever it was can be used again: as good as none, if there is one.
                if (unknown.canChange(way.state())) {
                    long state = step.isPassive() ? way.state() : RegisterStep.ABSENT;
                    successors.add(settled(state, way.effective() | 1L << slot, way.consumed()));
                }
            } else {
                for (UnknownSteps.Way bridge : unknown.waysTo(step, way.state(), way.consumed())) {
                    work++;
                    successors.add(after(step, slot, bridge.state(), way.effective(), bridge.consumed()));
                }
            }
        }
    }

    private Configuration after(RegisterStep step, int slot, long state, long effective, Consumed consumed) {
        // Others that fit to the state before it take effect before it.
        Configuration before = settled(live.canonical(state), effective, consumed);
        long next = live.canonical(step.after(state));
        return settled(next, before.effective() | 1L << slot, consumed);
    }

    /** The way with every open operation that changes nothing and fits to the state taken as effective. */
    private Configuration settled(long state, long effective, Consumed consumed) {
        long result = effective;
        long pending = openBits & ~effective;
        while (pending != 0) {
            int slot = Long.numberOfTrailingZeros(pending);
            pending &= pending - 1;
            RegisterStep step = openStep(slot);
            if (step.isPassive() && step.after(state) == state) {
                result |= 1L << slot;
            }
        }
        return new Configuration(state, result, consumed);
    }

    /** The value that the step asked for is asked for no more. */
    private Configurations forgetting(RegisterStep step, Configurations all) {
        live.forget(step.demanded());
        List<Integer> dead = unknown.forget(step.demanded(), live);
        Configurations changed = new Configurations();
        all.forEach(way -> {
            Consumed consumed = way.consumed();
            for (int id : dead) {
                consumed = consumed.merged(id, UnknownSteps.UNSEEN_WRITES);
            }
            changed.add(new Configuration(live.canonical(way.state()), way.effective(), consumed));
        });
        return changed;
    }

    private int slotOf(RegisterStep step) {
        for (int slot = 0; slot < MAX_OPEN; slot++) {
            RegisterStep other = open[slot];
            if (other != null && other.invoked() == step.invoked()) {
                return slot;
            }
        }
        throw new IllegalStateException("not open: " + step);
    }

    private RegisterStep openStep(int slot) {
        RegisterStep step = open[slot];
        if (step == null) {
            throw new IllegalStateException("slot " + slot + " is empty");
        }
        return step;
    }

    private static Finding gaveUp(String reason) {
        return new Finding(null, Set.of(), reason);
    }
}
