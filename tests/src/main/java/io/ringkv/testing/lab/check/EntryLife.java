package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.Function;
import io.ringkv.testing.lab.history.Operation;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** When one entry of a scan can have been there. Immutable. */
final class EntryLife {
    private static final int NEARBY = 10;

    private final List<Operation> changes;
    private final Greatest insertionCallsByOutcome;
    private final Greatest removalCallsByOutcome;
    private final Greatest insertionOutcomesByCall;
    private final Greatest removalOutcomesByCall;

    /** @param changes insertions and removals that may have happened, in the order of their calls */
    EntryLife(List<Operation> changes) {
        this.changes = changes;
        Predicate<Operation> insertion = change -> change.function() == Function.INSERT;
        Predicate<Operation> removal = change -> change.function() == Function.REMOVE;
        this.insertionCallsByOutcome =
                Greatest.of(changes, insertion.and(Operation::isOk), Operation::completed, Operation::invoked);
        this.removalCallsByOutcome =
                Greatest.of(changes, removal.and(Operation::isOk), Operation::completed, Operation::invoked);
        this.insertionOutcomesByCall = Greatest.of(changes, insertion, Operation::invoked, Operation::completed);
        this.removalOutcomesByCall = Greatest.of(changes, removal, Operation::invoked, Operation::completed);
    }

    /** Some insertion was acknowledged before the scan, and no removal can have taken effect after it and in time. */
    boolean isThereThroughout(Operation scan) {
        int lastInsertion = insertionCallsByOutcome.before(scan.invoked());
        return lastInsertion >= 0 && removalOutcomesByCall.before(scan.completed()) < lastInsertion;
    }

    /** Every insertion that can have taken effect in time was undone, for certain, before the scan. */
    boolean isAbsentThroughout(Operation scan) {
        int lastRemoval = removalCallsByOutcome.before(scan.invoked());
        int insertions = insertionOutcomesByCall.before(scan.completed());
        return insertions < 0 || insertions < lastRemoval;
    }

    /** The last changes before the end of the scan, for people. */
    List<Operation> nearby(Operation scan) {
        List<Operation> earlier =
                changes.stream().filter(change -> !scan.precedes(change)).toList();
        return earlier.subList(Math.max(0, earlier.size() - NEARBY), earlier.size());
    }

    /**
     * Greatest value of those that come before a place.
     *
     * @param places rising
     * @param greatest greatest value up to each
     */
    private record Greatest(int[] places, int[] greatest) {
        static Greatest of(
                List<Operation> changes,
                Predicate<Operation> which,
                ToIntFunction<Operation> place,
                ToIntFunction<Operation> value) {
            List<Operation> sorted = changes.stream()
                    .filter(which)
                    .sorted(Comparator.comparingInt(place))
                    .toList();
            int[] places = sorted.stream().mapToInt(place).toArray();
            int[] greatest = new int[places.length];
            for (int i = 0; i < places.length; i++) {
                int own = value.applyAsInt(sorted.get(i));
                greatest[i] = i == 0 ? own : Math.max(own, greatest[i - 1]);
            }
            return new Greatest(places, greatest);
        }

        /** Greatest value at a place before this one; -1 if there is none. */
        int before(int place) {
            int index = java.util.Arrays.binarySearch(places, place);
            int count = index >= 0 ? index : -index - 1;
            return count == 0 ? -1 : greatest[count - 1];
        }
    }
}
