package io.ringkv.testing.lab.run;

import io.ringkv.testing.lab.check.CheckResult;
import io.ringkv.testing.lab.check.Checkers;
import io.ringkv.testing.lab.check.Verdict;
import io.ringkv.testing.lab.history.FaultEvent;
import io.ringkv.testing.lab.history.History;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What came of a run. Immutable.
 *
 * @param history all that was done, preparation and last reads included
 * @param fromNanos begin of the load, on the clock of the history
 * @param toNanos end of the load
 * @param figures of the load
 * @param checks what the checkers found in the history
 * @param checkMillis how long they took
 * @param leaders who led what, as the shard manager knew it
 * @param clientRetries attempts of the clients after the first
 * @param connectionsCut connections of the clients that were cut by the lab
 * @param note why the run says less than it should; empty if it says all
 */
public record RunResult(
        History history,
        long fromNanos,
        long toNanos,
        RunFigures figures,
        List<CheckResult> checks,
        long checkMillis,
        List<Leadership> leaders,
        long clientRetries,
        long connectionsCut,
        String note) {
    /** Copies the lists. */
    public RunResult {
        checks = List.copyOf(checks);
        leaders = List.copyOf(leaders);
        Objects.requireNonNull(note, "note");
    }

    /** How many faults of each kind were made. */
    public Map<String, Long> faultsByKind() {
        Map<String, Long> faults = new TreeMap<>();
        for (FaultEvent event : history.faults()) {
            if (!event.isUndoing()) {
                faults.merge(event.function(), 1L, Long::sum);
            }
        }
        return faults;
    }

    /** What all checkers together found. */
    public Verdict verdict() {
        return Checkers.verdict(checks);
    }
}
