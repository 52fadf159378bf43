package io.ringkv.manager.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.manager.operation.OperationStatus;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterInvariants;
import io.ringkv.manager.state.ClusterMachine;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.CommandGenerator;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.manager.state.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Seeded logs: invariants after every entry, and the same bytes on every member, wherever it restarts. */
class SeededLogTest {

    private static final int LOGS = 200;
    private static final int ENTRIES = 120;

    @Test
    void keepsInvariantsAfterEveryEntry() {
        for (long seed = 0; seed < LOGS; seed++) {
            ClusterState state = ClusterState.EMPTY;
            CommandGenerator generator = new CommandGenerator(seed);
            for (int index = 1; index <= ENTRIES; index++) {
                long term = termOf(index);
                Applied applied = ClusterMachine.apply(state, generator.next(state, term), term, index);
                ClusterInvariants.check("seed " + seed + ", index " + index, state, applied);
                state = applied.state();
            }
        }
    }

    @Test
    void reachesStatesWorthTesting() {
        int placed = 0;
        Map<OperationStatus, Integer> ended = new TreeMap<>();
        for (long seed = 0; seed < LOGS; seed++) {
            ClusterState state = run(seed);
            placed += state.isPlaced() ? 1 : 0;
            state.operations().finished().forEach(operation -> ended.merge(operation.status(), 1, Integer::sum));
        }
        assertThat(placed).isGreaterThan(LOGS / 4);
        assertThat(ended)
                .containsOnlyKeys(OperationStatus.DONE, OperationStatus.FAILED, OperationStatus.CANCELLED)
                .allSatisfy((status, times) -> assertThat(times).isGreaterThan(LOGS / 10));
    }

    @Test
    void givesTheSameBytesToAMemberThatReadsTheLogAndToOneThatStartsFromASnapshot() {
        for (long seed = 0; seed < LOGS; seed++) {
            List<byte[]> log = encodedLog(seed);
            StateSnapshot straight = replay(new StateSnapshot(0, 0, ClusterState.EMPTY), log);
            StateSnapshot half = replay(new StateSnapshot(0, 0, ClusterState.EMPTY), log.subList(0, ENTRIES / 2));
            StateSnapshot restarted =
                    replay(SnapshotCodec.decode(SnapshotCodec.encode(half)), log.subList(ENTRIES / 2, ENTRIES));

            assertThat(SnapshotCodec.encode(restarted)).as("seed %d", seed).isEqualTo(SnapshotCodec.encode(straight));
            assertThat(restarted).as("seed %d", seed).isEqualTo(straight);
        }
    }

    @Test
    void isTheFoldOfItsEvents() {
        for (long seed = 0; seed < LOGS; seed++) {
            ClusterState state = run(seed);
            ClusterState folded = ClusterState.EMPTY;
            for (RecordedEvent recorded : state.history().events()) {
                folded = recorded.event().foldInto(folded);
            }

            assertThat(folded.founding()).as("seed %d", seed).isEqualTo(state.founding());
            assertThat(folded.shards()).as("seed %d", seed).isEqualTo(state.shards());
            assertThat(folded.servers()).as("seed %d", seed).isEqualTo(state.servers());
            assertThat(folded.operations()).as("seed %d", seed).isEqualTo(state.operations());
            assertThat(folded.managers()).as("seed %d", seed).isEqualTo(state.managers());
        }
    }

    private static ClusterState run(long seed) {
        return replay(new StateSnapshot(0, 0, ClusterState.EMPTY), encodedLog(seed))
                .state();
    }

    /** Entries as they would stand in the log; made against the state they meet. */
    private static List<byte[]> encodedLog(long seed) {
        List<byte[]> log = new ArrayList<>();
        StateSnapshot now = new StateSnapshot(0, 0, ClusterState.EMPTY);
        CommandGenerator generator = new CommandGenerator(seed);
        for (int index = 1; index <= ENTRIES; index++) {
            log.add(EntryCodec.encode(generator.next(now.state(), termOf(index))));
            now = replay(now, log.subList(index - 1, index));
        }
        return log;
    }

    private static StateSnapshot replay(StateSnapshot from, List<byte[]> entries) {
        StateSnapshot now = from;
        for (byte[] entry : entries) {
            long index = now.index() + 1;
            LoggedCommand logged = EntryCodec.decode(entry);
            Applied applied = ClusterMachine.apply(now.state(), logged, termOf(index), index);
            now = new StateSnapshot(termOf(index), index, applied.state());
        }
        return now;
    }

    private static long termOf(long index) {
        return 1 + index / 20;
    }
}
