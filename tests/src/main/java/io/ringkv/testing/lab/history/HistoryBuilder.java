package io.ringkv.testing.lab.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts operations together from events in the order in which they happened, which decides; their times need not rise.
 * Calls without an outcome get an unknown one. Used by one thread.
 */
public final class HistoryBuilder {
    /** Events beyond are refused: more would not fit into memory. */
    public static final int MAX_EVENTS = 20_000_000;

    private final Map<Long, Open> open = new LinkedHashMap<>();
    private final List<Operation> operations = new ArrayList<>();
    private final List<FaultEvent> faults = new ArrayList<>();
    private int place;
    private long lastNanos;

    /**
     * Adds the next event.
     *
     * @throws IllegalArgumentException if it does not fit to those before, saying why
     */
    public void add(Event event) {
        if (place >= MAX_EVENTS) {
            throw new IllegalArgumentException("more than " + MAX_EVENTS + " events");
        }
        lastNanos = Math.max(lastNanos, event.timeNanos());
        Outcome outcome = event.outcome();
        if (outcome == null) {
            Shape.checkInput(event.function(), event.value());
            Open other = open.putIfAbsent(event.process(), new Open(event, place));
            if (other != null) {
                throw new IllegalArgumentException("process " + event.process() + " calls "
                        + event.function().text() + " while its "
                        + other.call().function().text() + " is open");
            }
        } else {
            Open call = open.remove(event.process());
            if (call == null) {
                throw new IllegalArgumentException("process " + event.process() + " has an outcome without a call");
            }
            if (call.call().function() != event.function() || !call.call().key().equals(event.key())) {
                throw new IllegalArgumentException("process " + event.process() + " called "
                        + call.call().function().text() + " " + call.call().key() + ", but the outcome is of "
                        + event.function().text() + " " + event.key());
            }
            if (outcome == Outcome.OK) {
                Shape.checkOutput(event.function(), event.value());
            }
            close(call, event, outcome, outcome == Outcome.INFO ? Operation.NEVER : place);
        }
        place++;
    }

    /** Adds something that was done to the cluster. */
    public void add(FaultEvent fault) {
        faults.add(fault);
    }

    private void close(Open call, Event end, Outcome outcome, int completed) {
        Event start = call.call();
        operations.add(new Operation(
                start.process(),
                start.function(),
                start.key(),
                start.value(),
                outcome == Outcome.INFO ? Datum.nothing() : end.value(),
                outcome,
                end.error(),
                start.timeNanos(),
                Math.max(start.timeNanos(), end.timeNanos()),
                call.place(),
                completed));
    }

    /** The history so far. */
    public History build() {
        List<Operation> all = new ArrayList<>(operations);
        for (Open call : open.values()) {
            Event start = call.call();
            all.add(new Operation(
                    start.process(),
                    start.function(),
                    start.key(),
                    start.value(),
                    Datum.nothing(),
                    Outcome.INFO,
                    "no outcome",
                    start.timeNanos(),
                    Math.max(start.timeNanos(), lastNanos),
                    call.place(),
                    Operation.NEVER));
        }
        all.sort(Comparator.comparingInt(Operation::invoked));
        return new History(all, faults);
    }

    private record Open(Event call, int place) {}
}
