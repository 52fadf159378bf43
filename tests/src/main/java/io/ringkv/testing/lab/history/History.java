package io.ringkv.testing.lab.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that was done in one run. Immutable.
 *
 * @param operations in the order of their calls, each with its place
 * @param faults in the order of their times
 */
public record History(List<Operation> operations, List<FaultEvent> faults) {

    /** Copies the lists. */
    public History {
        operations = List.copyOf(operations);
        faults = List.copyOf(faults);
    }

    /** Places operations by their times. Of events at the same time calls come first, so that those overlap. */
    public static History ofTimed(List<Operation> operations, List<FaultEvent> faults) {
        List<Operation> byStart = new ArrayList<>(operations);
        byStart.sort(Comparator.comparingLong(Operation::startNanos));
        Integer[] byEnd = new Integer[byStart.size()];
        for (int i = 0; i < byEnd.length; i++) {
            byEnd[i] = i;
        }
        java.util.Arrays.sort(
                byEnd, Comparator.comparingLong(index -> byStart.get(index).endNanos()));
        int[] invoked = new int[byEnd.length];
        int[] completed = new int[byEnd.length];
        int ended = 0;
        int place = 0;
        for (int i = 0; i < byEnd.length; i++) {
            while (ended < byEnd.length
                    && byStart.get(byEnd[ended]).endNanos() < byStart.get(i).startNanos()) {
                completed[byEnd[ended++]] = place++;
            }
            invoked[i] = place++;
        }
        while (ended < byEnd.length) {
            completed[byEnd[ended++]] = place++;
        }
        List<Operation> placed = new ArrayList<>(byStart.size());
        for (int i = 0; i < byEnd.length; i++) {
            Operation operation = byStart.get(i);
            boolean unknown = operation.outcome() == Outcome.INFO;
            placed.add(operation.at(invoked[i], unknown ? Operation.NEVER : completed[i]));
        }
        List<FaultEvent> ordered = new ArrayList<>(faults);
        ordered.sort(Comparator.comparingLong(FaultEvent::timeNanos));
        return new History(placed, ordered);
    }

    /** The operations on one kind of thing, by key, in the order in which the keys appear. */
    public Map<String, List<Operation>> byKey(Subject subject) {
        Map<String, List<Operation>> keys = new LinkedHashMap<>();
        for (Operation operation : operations) {
            if (operation.function().subject() == subject) {
                keys.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
            }
        }
        return keys;
    }

    /** Whether there is any operation on this kind of thing. */
    public boolean concerns(Subject subject) {
        return operations.stream().anyMatch(operation -> operation.function().subject() == subject);
    }
}
