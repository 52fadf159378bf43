package io.ringkv.testing.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.rpc.AddVoter;
import io.ringkv.rpc.CleanReplica;
import io.ringkv.rpc.FenceShard;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.PrepareReplica;
import io.ringkv.rpc.RemoveVoter;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.rpc.TokenRange;
import io.ringkv.server.barrier.BarrierSettings;
import io.ringkv.testing.ratis.LinkFaults.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code BlankVoterIT} shows to split a shard in bare Ratis, done to real servers by instructions:
 * the leader is cut off, the others replace it and one more voter, and the server of that one gets a new replica. The deposed
 * leader, which still counts on it, reaches it and nobody else.
 */
@Timeout(60)
class MovedShardIT {
    /** Nobody is deposed for being unable to confirm reads. */
    private static final BarrierSettings SETTINGS = new BarrierSettings(8, 300, 600_000, 1_000);

    private static final int DEPOSED = 1;
    private static final int LEADER = 2;
    private static final int MADE_ANEW = 3;
    /** Of the looks at a report, one in so many gives the instruction once more. */
    private static final int LOOKS_PER_INSTRUCTION = 20;

    @TempDir
    private Path directory;

    private ShardServers servers;
    private long epoch = 1;

    @BeforeEach
    void startFiveServersWithAShardOnThree() throws IOException {
        servers = ShardServers.start(directory, 5, 3, SETTINGS);
    }

    @AfterEach
    void stop() {
        servers.close();
    }

    @Test
    void deposedLeaderGetsNoMajorityFromAReplicaThatWasMadeAnew() {
        servers.put(DEPOSED, "x", "before");
        Fault cut = servers.cutRaft(DEPOSED);
        servers.electOnly(LEADER);
        servers.awaitLeaderAbove(LEADER, DEPOSED);
        add(4);
        remove(DEPOSED);
        add(5);
        remove(MADE_ANEW);
        clean(MADE_ANEW);
        prepare(MADE_ANEW);
        assertThat(voters()).isEqualTo(ids(LEADER, 4, 5));
        assertThat(servers.server(DEPOSED).leads()).isTrue();
        long floor = servers.server(LEADER).term();
        assertThat(report(MADE_ANEW).getTerm()).isEqualTo(floor);

        Fault others = servers.cutRaft(DEPOSED, MADE_ANEW);
        cut.close();
        CompletableFuture<?> atDeposed = servers.submit(DEPOSED, "x", "by the deposed");
        servers.await(
                "the deposed leader has learned of its successor",
                () -> !servers.server(DEPOSED).leads()
                        && servers.server(DEPOSED).term() >= floor
                        && atDeposed.isDone());
        assertThat(atDeposed).isCompletedExceptionally();
        assertThat(report(MADE_ANEW).getAppliedIndex()).isZero();

        // The true leader goes on, and takes it in.
        servers.put(LEADER, "x", "by the leader");
        others.close();
        add(MADE_ANEW);
        assertThat(voters()).isEqualTo(ids(LEADER, MADE_ANEW, 4, 5));
        servers.await(
                "the write has come to it",
                () -> "by the leader".equals(servers.server(MADE_ANEW).readHere("x")));
        assertThat(servers.server(DEPOSED).readHere("x")).isEqualTo("before");
    }

    private List<Long> ids(int... numbers) {
        return Arrays.stream(numbers)
                .mapToObj(number -> servers.server(number).id().value())
                .sorted()
                .toList();
    }

    private List<Long> voters() {
        return report(LEADER).getVotersList();
    }

    private ReplicaReport report(int number) {
        return servers.server(number).replicas().reports().stream()
                .findAny()
                .orElseGet(ReplicaReport::getDefaultInstance);
    }

    private Instruction.Builder next() {
        epoch++;
        return present();
    }

    private Instruction.Builder present() {
        return servers.instruction().setReplicaEpoch(epoch).setOperation(epoch);
    }

    private void repeat(int number, String what, Instruction instruction, Predicate<ReplicaReport> done) {
        int[] looks = new int[1];
        servers.await(what, () -> {
            if (looks[0]++ % LOOKS_PER_INSTRUCTION == 0) {
                servers.server(number).replicas().obey(1, instruction);
            }
            return done.test(report(number));
        });
    }

    private void fence() {
        Instruction fence = next().setFence(FenceShard.getDefaultInstance()).build();
        long wanted = epoch;
        repeat(LEADER, "the shard is fenced", fence, report -> report.getFenceOperation() == wanted);
    }

    private void prepare(int number) {
        Instruction prepare = next().setPrepare(PrepareReplica.newBuilder()
                        .setTermFloor(servers.server(LEADER).term())
                        .setRange(TokenRange.newBuilder().setStartExclusive(-1).setEndInclusive(-1))
                        .setRangeEpoch(1)
                        .setLevel(1))
                .build();
        repeat(
                number,
                "server " + number + " is prepared",
                prepare,
                report -> report.getLifeCycle().equals("STARTING")
                        && report.getLedgerState() == LedgerState.LEDGER_STATE_PREPARED);
    }

    private void add(int number) {
        if (report(number).getLedgerState() != LedgerState.LEDGER_STATE_PREPARED) {
            prepare(number);
        }
        List<Long> before = voters();
        fence();
        Instruction add = present()
                .setAddVoter(AddVoter.newBuilder()
                        .setVoter(ShardServers.raftAddress(servers.server(number)))
                        .addAllExpectedVoters(before))
                .build();
        long id = servers.server(number).id().value();
        repeat(
                LEADER,
                "server " + number + " is a voter",
                add,
                report -> isSettled(report) && report.getVotersList().contains(id));
    }

    private void remove(int number) {
        List<Long> before = voters();
        fence();
        long id = servers.server(number).id().value();
        Instruction remove = present()
                .setRemoveVoter(RemoveVoter.newBuilder().setVoter(id).addAllExpectedVoters(before))
                .build();
        repeat(
                LEADER,
                "server " + number + " is no voter any more",
                remove,
                report -> isSettled(report) && !report.getVotersList().contains(id));
    }

    private void clean(int number) {
        ReplicaReport leader = report(LEADER);
        Instruction clean = next().setClean(CleanReplica.newBuilder()
                        .addAllVoters(leader.getVotersList())
                        .setConfigurationIndex(leader.getConfigurationIndex())
                        .setConfigurationTerm(leader.getConfigurationTerm()))
                .build();
        repeat(
                number,
                "server " + number + " is clean",
                clean,
                report -> report.getLedgerState() == LedgerState.LEDGER_STATE_REMOVED
                        && report.getLifeCycle().equals("ABSENT"));
    }

    private static boolean isSettled(ReplicaReport report) {
        return report.getConfigurationCommitted()
                && !report.getConfigurationTransitional()
                && report.getStagedServer() == 0;
    }
}
