package io.ringkv.server.replica;

import static io.ringkv.server.replica.Hosts.await;
import static io.ringkv.server.replica.Hosts.group;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.raft.DurableFiles;
import io.ringkv.raft.GroupDirectory;
import io.ringkv.raft.SnapshotSchedule;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.server.replica.DiskSteps.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server ends between any two durable steps of making a replica that joins, or of deleting one. */
class InterruptedChangesIT {
    private static final long FLOOR = 9;

    @TempDir
    private Path root;

    private Hosts hosts;
    private Changes changes;
    private volatile DiskSteps interruption = DiskSteps.UNWATCHED;

    @BeforeEach
    void prepare() {
        hosts = new Hosts(root);
        changes = new Changes(hosts, 1);
    }

    @AfterEach
    void stop() {
        hosts.close();
        assertThat(hosts.incidents).isEmpty();
    }

    private void start() {
        hosts.start(1, (group, step) -> interruption.made(group, step));
    }

    private GroupDirectory directory(int shard) {
        return GroupDirectory.of(hosts.data(1).resolve("raft"), group(shard));
    }

    private Path store(int shard) {
        return hosts.data(1).resolve("store").resolve(group(shard).toString());
    }

    /**
     * Gives one instruction per step, each about a shard of its own, numbered as the steps are, and lets the work on it end after
     * the step. The server is killed when all have come that far.
     */
    private void interruptAfterEach(EnumSet<Step> steps, IntFunction<Instruction> instruction) {
        Set<Step> reached = ConcurrentHashMap.newKeySet();
        interruption = (group, step) -> {
            if (steps.contains(step) && group.equals(group(shardOf(step)))) {
                reached.add(step);
                throw new IllegalStateException("interrupted by the test after " + step);
            }
        };
        for (Step step : steps) {
            hosts.host(1).obey(1, instruction.apply(shardOf(step)));
            await("step " + step, () -> reached.contains(step));
        }
        hosts.kill(1);
        interruption = DiskSteps.UNWATCHED;
    }

    private static int shardOf(Step step) {
        return List.of(Step.values()).indexOf(step) + 1;
    }

    private Changes changes(int shard) {
        return new Changes(hosts, shard);
    }

    private ReplicaReport report(int shard) {
        return hosts.report(1, shard);
    }

    @Test
    void finishesAPreparationWhereverItWasInterrupted() throws IOException {
        EnumSet<Step> steps = EnumSet.range(Step.PREPARED_IN_LEDGER, Step.JOINING_IN_LEDGER);
        start();
        interruptAfterEach(steps, shard -> changes(shard).preparation(2, FLOOR));

        start();
        for (Step step : steps) {
            int shard = shardOf(step);
            assertThat(report(shard).getLedgerState()).isEqualTo(LedgerState.LEDGER_STATE_PREPARED);
            assertThat(report(shard).getLedgerReplicaEpoch()).isEqualTo(2);
            if (step == Step.JOINING_IN_LEDGER) {
                // Opened again without being told.
                await("its opening", () -> Changes.isPrepared(report(shard)));
            } else {
                // Nothing that could take part without its floor.
                assertThat(report(shard).getLifeCycle()).isEqualTo("ABSENT");
                assertThat(directory(shard).exists()).isFalse();
                changes(shard).awaitAt(1, "the preparation", changes(shard).preparation(2, FLOOR), Changes::isPrepared);
            }
            assertThat(report(shard).getTerm()).isEqualTo(FLOOR);
            assertThat(report(shard).getVotersList()).isEmpty();
        }

        // They keep their floor from then on.
        hosts.kill(1);
        start();
        for (Step step : steps) {
            int shard = shardOf(step);
            await("its opening", () -> Changes.isPrepared(report(shard)));
            assertThat(report(shard).getTerm()).isEqualTo(FLOOR);
        }
    }

    @Test
    void finishesACleaningWhereverItWasInterrupted() {
        EnumSet<Step> steps = EnumSet.range(Step.REMOVED_IN_LEDGER, Step.STORE_DELETED);
        start();
        for (Step step : steps) {
            hosts.create(shardOf(step), 1);
            hosts.put(shardOf(step), "a", "1");
        }
        interruptAfterEach(steps, shard -> changes(shard).cleaning(2, 1_000, 2, 3));

        start();
        for (Step step : steps) {
            int shard = shardOf(step);
            assertThat(report(shard).getLedgerState()).isEqualTo(LedgerState.LEDGER_STATE_REMOVED);
            assertThat(hosts.replica(1, shard)).isNull();
            assertThat(directory(shard).exists()).isFalse();
            assertThat(store(shard)).doesNotExist();
            // It can be made anew, blank but for its floor.
            changes(shard).awaitAt(1, "the preparation", changes(shard).preparation(3, FLOOR), Changes::isPrepared);
            assertThat(report(shard).getTerm()).isEqualTo(FLOOR);
            assertThat(hosts.read(1, shard, "a")).isNull();
        }
        assertThat(hosts.count(1, "ringkv_instruction_refused_total")).isZero();
    }

    @Test
    void finishesACleaningThatFailedWithoutARestart() {
        start();
        hosts.create(1, 1);
        interruption = (group, step) -> {
            if (step == Step.CLOSED) {
                throw new IllegalStateException("failed by the test");
            }
        };
        Instruction cleaning = changes.cleaning(2, 1_000, 2, 3);
        changes.awaitAt(
                1,
                "the failure",
                cleaning,
                report -> report.getInstructionFailure().contains("failed by the test"));
        assertThat(directory(1).exists()).isTrue();

        interruption = DiskSteps.UNWATCHED;
        changes.awaitAt(
                1,
                "the deletion",
                cleaning,
                report -> report.getInstructionFailure().isEmpty());
        assertThat(directory(1).exists()).isFalse();
        assertThat(store(1)).doesNotExist();
    }

    @Test
    void goesOnCatchingUpAfterAKillInTheMiddleOfASnapshot() {
        hosts.schedule = new SnapshotSchedule(20, 1 << 30, 3_600_000);
        hosts.snapshotBytesPerSecond = 1 << 20;
        hosts.startAll(2);
        hosts.create(1, 1);
        String large = "x".repeat(50_000);
        for (int i = 0; i < 50; i++) {
            hosts.put(1, "k" + i, large + i);
        }
        long fenced = changes.fence();
        changes.prepare(fenced, 2);
        Instruction addition = changes.addition(fenced, 2, 1);
        ReplicaReport leader = changes.awaitLeading(
                "part of the snapshot to be sent", addition, report -> hosts.snapshotBytesSent(1) > 300_000);
        assertThat(leader.getStagedServer()).isEqualTo(Hosts.id(2).value());
        assertThat(leader.getVotersList()).isEqualTo(Changes.ids(1));
        hosts.kill(2);
        hosts.put(1, "meanwhile", "1");

        hosts.start(2);
        changes.awaitLeading(
                "the addition", addition, report -> report.getVotersCount() == 2 && Changes.isSettled(report));
        // By the snapshot, or by the log where that goes back far enough: Ratis tries the former once.
        hosts.awaitValue(2, 1, "meanwhile", "1");
        hosts.awaitValue(2, 1, "k49", large + 49);
    }

    @Test
    void isLostAndNeverBlankWhenItsDirectoryIsGoneOnceItWasOpened() throws IOException {
        hosts.start(1);
        changes.awaitAt(1, "the preparation", changes.preparation(2, FLOOR), Changes::isPrepared);
        hosts.stop(1);
        DurableFiles.deleteTree(directory(1).path());

        hosts.start(1);
        assertThat(hosts.report(1, 1).getLedgerState()).isEqualTo(LedgerState.LEDGER_STATE_LOST);
        hosts.host(1).obey(1, changes.preparation(2, FLOOR));
        await("the refusal", () -> hosts.count(1, "ringkv_instruction_refused_total") == 1);
        assertThat(directory(1).exists()).isFalse();
        // Only a higher epoch, which there is only after it has left the configuration.
        changes.awaitAt(1, "the preparation", changes.preparation(3, FLOOR + 1), Changes::isPrepared);
        assertThat(hosts.report(1, 1).getTerm()).isEqualTo(FLOOR + 1);
    }

    @Test
    void isLostWhenItsHostStopsInDisorderWhileItJoins() {
        hosts.start(1);
        changes.awaitAt(1, "the preparation", changes.preparation(2, FLOOR), Changes::isPrepared);
        hosts.kill(1);
        hosts.bootId = "boot-2";
        hosts.start(1);
        ReplicaReport report = hosts.report(1, 1);
        assertThat(report.getLedgerState()).isEqualTo(LedgerState.LEDGER_STATE_LOST);
        assertThat(report.getFailure()).contains("while it was joining");
    }

    @Test
    void remembersACleaningThatOvertookItsPreparation() {
        hosts.start(1);
        hosts.host(1).obey(1, changes.cleaning(3, 1_000, 2, 3));
        await("the note", () -> hosts.report(1, 1).getLedgerState() == LedgerState.LEDGER_STATE_REMOVED);
        hosts.host(1).obey(1, changes.preparation(2, FLOOR));
        await("the refusal", () -> hosts.count(1, "ringkv_instruction_refused_total") == 1);
        assertThat(directory(1).exists()).isFalse();

        // The same once more, with the deletion of a replica that was deleted before.
        hosts.host(1).obey(1, changes.cleaning(5, 1_000, 2, 3));
        await("the note", () -> hosts.report(1, 1).getLedgerReplicaEpoch() == 5);
        hosts.host(1).obey(1, changes.preparation(4, FLOOR));
        await("the refusal", () -> hosts.count(1, "ringkv_instruction_refused_total") == 2);
        assertThat(directory(1).exists()).isFalse();
    }

    @Test
    void cleansAReplicaThatCannotBeOpened() throws IOException {
        hosts.start(1);
        hosts.create(1, 1);
        hosts.put(1, "a", "1");
        hosts.stop(1);
        Path current = directory(1).path().resolve("current");
        Path log =
                Objects.requireNonNull(current.toFile().listFiles((parent, name) -> name.startsWith("log_")))[0]
                        .toPath();
        // Something that cannot be read, as of a disk that fails. What can be read and is wrong gives the replica up by
        // itself.
        Files.delete(log);
        Files.createDirectory(log);
        hosts.start(1);
        await("the failure to open it", () -> hosts.report(1, 1).getFailure().contains("cannot be opened"));
        changes.awaitAt(
                1,
                "the cleaning",
                changes.cleaning(2, 1_000, 2, 3),
                report -> report.getLedgerState() == LedgerState.LEDGER_STATE_REMOVED);
        await("the deletion", () -> !directory(1).exists());
    }
}
