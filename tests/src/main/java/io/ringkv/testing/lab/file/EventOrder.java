package io.ringkv.testing.lab.file;

import io.ringkv.testing.lab.history.Event;
import io.ringkv.testing.lab.history.FaultEvent;
import io.ringkv.testing.lab.history.History;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a history apart into its events, in the order in which they happened. Unknown outcomes and faults have no place in
 * it and come by their times. Used by one thread.
 */
final class EventOrder {
    /**
     * An event with its number.
     *
     * @param index from 0
     * @param event of an operation; null for a fault
     * @param fault null for an event of an operation
     */
    record Line(int index, @Nullable Event event, @Nullable FaultEvent fault) {}

    private final List<Operation> calls;
    private final List<Operation> outcomes;
    private final List<Operation> unknown;
    private final List<FaultEvent> faults;
    private int nextCall;
    private int nextOutcome;
    private int nextUnknown;
    private int nextFault;
    private int index;

    EventOrder(History history) {
        this.calls = history.operations();
        this.outcomes = new ArrayList<>(calls);
        outcomes.removeIf(operation -> operation.outcome() == Outcome.INFO);
        outcomes.sort(Comparator.comparingInt(Operation::completed));
        this.unknown = new ArrayList<>(calls);
        unknown.removeIf(operation -> operation.outcome() != Outcome.INFO);
        unknown.sort(Comparator.comparingLong(Operation::endNanos));
        this.faults = history.faults();
    }

    /** The next event; null after the last. */
    @Nullable
    Line next() {
        Operation call = nextCall < calls.size() ? calls.get(nextCall) : null;
        Operation outcome = nextOutcome < outcomes.size() ? outcomes.get(nextOutcome) : null;
        Event placed = null;
        boolean callIsNext = false;
        if (call != null && (outcome == null || call.invoked() < outcome.completed())) {
            placed = Event.call(call);
            callIsNext = true;
        } else if (outcome != null) {
            placed = Event.outcome(outcome);
        }
        long placedNanos = placed == null ? Long.MAX_VALUE : placed.timeNanos();
        if (nextFault < faults.size() && faults.get(nextFault).timeNanos() < placedNanos) {
            return new Line(index++, null, faults.get(nextFault++));
        }
        if (nextUnknown < unknown.size()) {
            Operation doubtful = unknown.get(nextUnknown);
            boolean called = call == null || doubtful.invoked() < call.invoked();
            if (called && doubtful.endNanos() < placedNanos) {
                nextUnknown++;
                return new Line(index++, Event.outcome(doubtful), null);
            }
        }
        if (placed == null) {
            return null;
        }
        if (callIsNext) {
            nextCall++;
        } else {
            nextOutcome++;
        }
        return new Line(index++, placed, null);
    }
}
