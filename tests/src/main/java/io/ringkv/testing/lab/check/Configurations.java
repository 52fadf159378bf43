package io.ringkv.testing.lab.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Ways in which the past can have happened: state, open operations that have taken effect already, and unknown ones that
 * were used up. Of two that differ only in what was used up, one that used less replaces the other: whatever the other
 * can still explain, it can too. Used by one thread.
 */
final class Configurations {
    private final Map<Place, List<Consumed>> byPlace = new LinkedHashMap<>();
    private int size;

    /**
     * State of the register, and which of the open operations have taken effect: one bit each.
     *
     * @param state the state
     * @param effective the bits
     */
    record Place(long state, long effective) {}

    /**
     * One way.
     *
     * @param state the state
     * @param effective open operations that have taken effect
     * @param consumed unknown operations that have
     */
    record Configuration(long state, long effective, Consumed consumed) {}

    /** Adds one unless it is there, or a better one; returns whether it was added. */
    boolean add(Configuration added) {
        List<Consumed> known =
                byPlace.computeIfAbsent(new Place(added.state(), added.effective()), place -> new ArrayList<>(1));
        for (Consumed other : known) {
            if (other.isAtMost(added.consumed())) {
                return false;
            }
        }
        int before = known.size();
        known.removeIf(other -> added.consumed().isAtMost(other));
        known.add(added.consumed());
        size += known.size() - before;
        return true;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void forEach(Consumer<Configuration> action) {
        byPlace.forEach((place, all) -> {
            for (Consumed consumed : all) {
                action.accept(new Configuration(place.state(), place.effective(), consumed));
            }
        });
    }

    /** So many of them, those that used up least. */
    Configurations best(int most) {
        List<Configuration> all = new ArrayList<>();
        forEach(all::add);
        all.sort(Comparator.comparingInt(way -> way.consumed().total()));
        Configurations best = new Configurations();
        all.subList(0, Math.min(most, all.size())).forEach(best::add);
        return best;
    }

    /** The states that occur. */
    Set<Long> states() {
        return byPlace.keySet().stream().map(Place::state).collect(Collectors.toSet());
    }
}
