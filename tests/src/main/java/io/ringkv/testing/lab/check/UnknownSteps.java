package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.check.RegisterStep.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Operations of unknown outcome that were called so far, in classes of equal ones: any of a class does the same, and none
 * ever returns, so only their number matters.
 *
 * <p>They are made to take effect only right before an operation that is not possible without them. That loses nothing:
 * one that the next operation does not need can as well take effect after it, or never. Used by one thread.
 */
final class UnknownSteps {
    /** Class of all writes of values that nobody will ask for. */
    static final int UNSEEN_WRITES = 0;

    private static final int LARGEST_SEARCH = 10_000;

    /** What a class does. */
    private record Effect(Kind kind, long demanded, long next) {}

    /** A class, and how many of it were called. */
    private static final class Members {
        final int id;
        final RegisterStep example;
        int called;

        Members(int id, RegisterStep example) {
            this.id = id;
            this.example = example;
        }

        long after(long state) {
            return id == UNSEEN_WRITES ? RegisterStep.UNSEEN : example.after(state);
        }

        int left(Consumed consumed) {
            return called - consumed.count(id);
        }
    }

    /**
     * A way to make an operation possible.
     *
     * @param state the register before that operation
     * @param consumed what was used up to get there
     */
    record Way(long state, Consumed consumed) {}

    private final Map<Effect, Members> byEffect = new HashMap<>();
    private final List<Members> classes = new ArrayList<>();
    private final List<Members> increases = new ArrayList<>();
    private final TreeMap<Long, List<Members>> byResult = new TreeMap<>();
    private final boolean reusable;
    private final int optionsMax;
    private @Nullable Members unseen;
    private int nextId = UNSEEN_WRITES + 1;
    private boolean truncated;

    /**
     * @param reusable whether an operation may take effect again and again: wrong, but quick, and whatever is impossible
     *     even so is impossible
     * @param optionsMax most ways that are looked at where any change will do
     */
    UnknownSteps(boolean reusable, int optionsMax) {
        this.reusable = reusable;
        this.optionsMax = optionsMax;
    }

    /** An operation was called. */
    void add(RegisterStep step, Liveness live) {
        if (step.kind() == Kind.WRITE && live.isDead(step.next())) {
            unseenWrites(step).called++;
            return;
        }
        Effect effect = new Effect(step.kind(), step.demanded(), step.next());
        Members members = byEffect.get(effect);
        if (members == null) {
            members = new Members(nextId++, step);
            byEffect.put(effect, members);
            classes.add(members);
            if (step.kind() == Kind.INCREASE) {
                increases.add(members);
            } else {
                byResult.computeIfAbsent(step.next(), result -> new ArrayList<>(1))
                        .add(members);
            }
        }
        members.called++;
    }

    private Members unseenWrites(RegisterStep example) {
        if (unseen != null) {
            return unseen;
        }
        Members members = new Members(UNSEEN_WRITES, example);
        classes.add(members);
        unseen = members;
        return members;
    }

    /**
     * Nobody asks for a value any more: writes of what has died by that become unseen ones.
     *
     * @return the classes that have become part of {@link #UNSEEN_WRITES}
     */
    List<Integer> forget(long state, Liveness live) {
        List<Members> dead = new ArrayList<>();
        byResult.subMap(live.lowestBefore(state), true, live.highestBefore(state), true)
                .forEach((result, all) -> {
                    for (Members members : all) {
                        if (members.example.kind() == Kind.WRITE && live.isDead(result)) {
                            dead.add(members);
                        }
                    }
                });
        for (Members members : dead) {
            long result = members.example.next();
            byEffect.remove(new Effect(Kind.WRITE, 0, result));
            classes.remove(members);
            List<Members> same = byResult.getOrDefault(result, List.of());
            same.remove(members);
            if (same.isEmpty()) {
                byResult.remove(result);
            }
            unseenWrites(members.example).called += members.called;
        }
        return dead.stream().map(members -> members.id).toList();
    }

    /** All ways to make a step possible that is not possible in this state. */
    List<Way> waysTo(RegisterStep step, long state, Consumed consumed) {
        List<Way> ways = new ArrayList<>();
        switch (step.kind()) {
            case SEE, SWAP -> reach(step.demanded(), state, consumed, ways);
            case COUNT -> {
                reach(step.demanded(), state, consumed, ways);
                if (step.demanded() == 0) {
                    reach(RegisterStep.ABSENT, state, consumed, ways);
                }
            }
            case SEE_OTHER, REMOVE -> anyChange(state, consumed, ways);
            case WRITE, INCREASE -> {} // always possible, or unknown themselves
        }
        return ways;
    }

    /** Any other state will do. First what is good for nothing else, then the latest operations: they are the likeliest. */
    private void anyChange(long state, Consumed consumed, List<Way> ways) {
        if (unseen != null && unseen.left(consumed) > 0 && state != RegisterStep.UNSEEN) {
            ways.add(new Way(RegisterStep.UNSEEN, using(unseen, consumed)));
        }
        for (int i = classes.size() - 1; i >= 0 && ways.size() < optionsMax; i--) {
            Members members = classes.get(i);
            long next = members.after(state);
            if (members.id != UNSEEN_WRITES
                    && members.left(consumed) > 0
                    && next != RegisterStep.IMPOSSIBLE
                    && next != state) {
                ways.add(new Way(next, using(members, consumed)));
            }
        }
    }

    /** Whether any operation, used up or not, can change this state. */
    boolean canChange(long state) {
        return classes.stream()
                .mapToLong(members -> members.after(state))
                .anyMatch(next -> next != RegisterStep.IMPOSSIBLE && next != state);
    }

    /** Searches backwards: what could have led to this result, and to that, until the present state is met. */
    private void reach(long goal, long state, Consumed consumed, List<Way> ways) {
        Configurations seen = new Configurations();
        ArrayDeque<Way> waiting = new ArrayDeque<>(List.of(new Way(goal, consumed)));
        int expanded = 0;
        while (!waiting.isEmpty() && ways.size() < optionsMax) {
            Way back = waiting.poll();
            if (++expanded > LARGEST_SEARCH) {
                truncated = true;
                return;
            }
            for (Members members : byResult.getOrDefault(back.state(), List.of())) {
                if (members.left(back.consumed()) > 0) {
                    Consumed used = using(members, back.consumed());
                    if (members.example.kind() == Kind.WRITE || members.example.demanded() == state) {
                        ways.add(new Way(goal, used));
                    } else {
                        push(members.example.demanded(), used, seen, waiting);
                    }
                }
            }
            if (ValueTable.isNumber(back.state()) && hasBase(back.state(), state, back.consumed())) {
                backByIncrement(back, goal, state, ways, seen, waiting);
            }
        }
    }

    private void backByIncrement(
            Way back, long goal, long state, List<Way> ways, Configurations seen, ArrayDeque<Way> waiting) {
        for (Members members : increases) {
            long delta = members.example.next();
            if (members.left(back.consumed()) == 0 || delta == 0) {
                continue;
            }
            Consumed used = using(members, back.consumed());
            long before = back.state() - delta;
            if (before == state || (before == 0 && state == RegisterStep.ABSENT)) {
                ways.add(new Way(goal, used));
            } else {
                push(before, used, seen, waiting);
                if (before == 0) {
                    push(RegisterStep.ABSENT, used, seen, waiting);
                }
            }
        }
    }

    private static void push(long wanted, Consumed used, Configurations seen, ArrayDeque<Way> waiting) {
        if (seen.add(new Configurations.Configuration(wanted, 0, used))) {
            waiting.add(new Way(wanted, used));
        }
    }

    /** Whether some way may have been overlooked because there were too many. */
    boolean isTruncated() {
        return truncated;
    }

    /** Whether anything is near enough for increments to lead from there. */
    private boolean hasBase(long wanted, long state, Consumed consumed) {
        long most = 0;
        long least = 0;
        for (Members members : increases) {
            long sum = members.example.next() * members.left(consumed);
            most += Math.max(0, sum);
            least += Math.min(0, sum);
        }
        long from = wanted - most;
        long to = wanted - least;
        boolean nearAbsent = from <= 0 && 0 <= to;
        boolean nearState = ValueTable.isNumber(state) && from <= state && state <= to;
        Long result = byResult.ceilingKey(from);
        return nearAbsent || nearState || (result != null && result <= to);
    }

    private Consumed using(Members members, Consumed consumed) {
        return reusable ? consumed : consumed.plus(members.id, 1);
    }
}
