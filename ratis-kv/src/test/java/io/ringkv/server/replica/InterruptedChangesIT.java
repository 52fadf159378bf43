package io.ringkv.server.replica;

import static io.ringkv.server.replica.Hosts.await;
import static io.ringkv.server.replica.Hosts.group;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.raft.DurableFiles;
import io.ringkv.raft.GroupDirectory;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server ends between any two durable steps of making a replica that joins, or of deleting one. */
class InterruptedChangesIT {
    private static final long FLOOR = 9;

    @TempDir
    private Path root;

    private Hosts hosts;
    private Changes changes;

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

    private GroupDirectory directory() {
        return GroupDirectory.of(hosts.data(1).resolve("raft"), group(1));
    }

    private Path store() {
        return hosts.data(1).resolve("store").resolve(group(1).toString());
    }

    /** Starts the host so that it stands still for good after the step, and gives it the instruction. */
    private void interruptAfter(DiskSteps.Step last, Instruction instruction) {
        CountDownLatch reached = new CountDownLatch(1);
        hosts.start(1, step -> {
            if (step == last) {
                reached.countDown();
                throw new IllegalStateException("interrupted by the test after " + step);
            }
        });
        await(
                "the replica to be open",
                () -> hosts.replica(1, 1) == null
                        || !hosts.report(1, 1).getLifeCycle().equals("OPENING"));
        hosts.host(1).obey(1, instruction);
        await("step " + last, () -> reached.getCount() == 0);
        hosts.kill(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"PREPARED_IN_LEDGER", "LEFTOVERS_DELETED", "DIRECTORY_MADE", "JOINING_IN_LEDGER"})
    void finishesAPreparationThatWasInterrupted(DiskSteps.Step last) throws IOException {
        Instruction preparation = changes.preparation(2, FLOOR);
        interruptAfter(last, preparation);

        hosts.start(1);
        ReplicaReport report = hosts.report(1, 1);
        assertThat(report.getLedgerState()).isEqualTo(LedgerState.LEDGER_STATE_PREPARED);
        assertThat(report.getLedgerReplicaEpoch()).isEqualTo(2);
        if (last == DiskSteps.Step.JOINING_IN_LEDGER) {
            // Opened again without being told.
            await("its opening", () -> Changes.isPrepared(hosts.report(1, 1)));
        } else {
            // Nothing that could take part without its floor.
            assertThat(report.getLifeCycle()).isEqualTo("ABSENT");
            assertThat(directory().exists()).isFalse();
            changes.awaitAt(1, "the preparation", preparation, Changes::isPrepared);
        }
        assertThat(hosts.report(1, 1).getTerm()).isEqualTo(FLOOR);
        assertThat(hosts.report(1, 1).getVotersList()).isEmpty();

        // It keeps its floor from then on.
        hosts.kill(1);
        assertThat(directory().term()).isEqualTo(FLOOR);
        hosts.start(1);
        await("its opening", () -> Changes.isPrepared(hosts.report(1, 1)));
        assertThat(hosts.report(1, 1).getTerm()).isEqualTo(FLOOR);
    }

    @ParameterizedTest
    @EnumSource(names = {"REMOVED_IN_LEDGER", "CLOSED", "LOG_DELETED", "STORE_DELETED"})
    void finishesACleaningThatWasInterrupted(DiskSteps.Step last) {
        hosts.start(1);
        hosts.create(1, 1);
        hosts.put(1, "a", "1");
        hosts.stop(1);
        interruptAfter(last, changes.cleaning(2, 1_000, 2, 3));

        hosts.start(1);
        assertThat(hosts.report(1, 1).getLedgerState()).isEqualTo(LedgerState.LEDGER_STATE_REMOVED);
        assertThat(hosts.replica(1, 1)).isNull();
        assertThat(directory().exists()).isFalse();
        assertThat(store()).doesNotExist();
        // Told again, there is nothing to do; and it can be made anew, blank but for its floor.
        hosts.host(1).obey(1, changes.cleaning(2, 1_000, 2, 3));
        changes.awaitAt(1, "the preparation", changes.preparation(3, FLOOR), Changes::isPrepared);
        assertThat(hosts.report(1, 1).getTerm()).isEqualTo(FLOOR);
        assertThat(hosts.read(1, 1, "a")).isNull();
        assertThat(hosts.count(1, "ringkv_instruction_refused_total")).isZero();
    }

    @Test
    void finishesACleaningThatFailedWithoutARestart() {
        CountDownLatch failed = new CountDownLatch(1);
        hosts.start(1, step -> {
            if (step == DiskSteps.Step.CLOSED && failed.getCount() > 0) {
                failed.countDown();
                throw new IllegalStateException("failed by the test");
            }
        });
        hosts.create(1, 1);
        Instruction cleaning = changes.cleaning(2, 1_000, 2, 3);
        hosts.host(1).obey(1, cleaning);
        await("the failure", () -> hosts.report(1, 1).getInstructionFailure().contains("failed by the test"));
        assertThat(directory().exists()).isTrue();

        hosts.host(1).obey(1, cleaning);
        await("the deletion", () -> !directory().exists() && !store().toFile().exists());
        await("the end of it", () -> hosts.report(1, 1).getInstructionFailure().isEmpty());
    }

    @Test
    void isLostAndNeverBlankWhenItsDirectoryIsGoneOnceItWasOpened() throws IOException {
        hosts.start(1);
        changes.awaitAt(1, "the preparation", changes.preparation(2, FLOOR), Changes::isPrepared);
        hosts.stop(1);
        DurableFiles.deleteTree(directory().path());

        hosts.start(1);
        assertThat(hosts.report(1, 1).getLedgerState()).isEqualTo(LedgerState.LEDGER_STATE_LOST);
        hosts.host(1).obey(1, changes.preparation(2, FLOOR));
        await("the refusal", () -> hosts.count(1, "ringkv_instruction_refused_total") == 1);
        assertThat(directory().exists()).isFalse();
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
        assertThat(directory().exists()).isFalse();
    }

    @Test
    void cleansAReplicaThatCannotBeOpened() throws IOException {
        hosts.start(1);
        hosts.create(1, 1);
        hosts.put(1, "a", "1");
        hosts.stop(1);
        Path current = directory().path().resolve("current");
        Path log =
                Objects.requireNonNull(current.toFile().listFiles((parent, name) -> name.startsWith("log_")))[0]
                        .toPath();
        byte[] bytes = Files.readAllBytes(log);
        bytes[20] ^= 0x40;
        Files.write(log, bytes);
        hosts.start(1);
        await("the failure to open it", () -> hosts.report(1, 1).getFailure().contains("cannot be opened"));
        changes.awaitAt(
                1,
                "the cleaning",
                changes.cleaning(2, 1_000, 2, 3),
                report -> report.getLedgerState() == LedgerState.LEDGER_STATE_REMOVED);
        await("the deletion", () -> !directory().exists());
    }
}
