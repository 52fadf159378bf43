package io.ringkv.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.rpc.AddVoter;
import io.ringkv.rpc.CleanReplica;
import io.ringkv.rpc.EndStaging;
import io.ringkv.rpc.FenceShard;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.PrepareReplica;
import io.ringkv.rpc.RemoveVoter;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.rpc.TokenRange;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * What a manager does about the replicas of shards, in short, for tests: gives an instruction again and again until reports
 * show that it was obeyed. Every change has the next replica epoch, which is its operation's number too.
 */
final class Changes {
    private static final long MANAGER_TERM = 1;
    /** Of the looks at the reports, one in so many gives the instruction once more. */
    private static final int LOOKS_PER_INSTRUCTION = 20;

    private final Hosts hosts;
    private final int shard;
    private final AtomicLong epoch = new AtomicLong(1);

    Changes(Hosts hosts, int shard) {
        this.hosts = hosts;
        this.shard = shard;
    }

    /** The replica epoch reserved last. */
    long epoch() {
        return epoch.get();
    }

    long nextEpoch() {
        return epoch.incrementAndGet();
    }

    // ---- Instructions.

    private Instruction.Builder instruction(long replicaEpoch) {
        return Hosts.instruction(shard, replicaEpoch).setOperation(replicaEpoch);
    }

    Instruction fenceOf(long replicaEpoch) {
        return instruction(replicaEpoch)
                .setFence(FenceShard.getDefaultInstance())
                .build();
    }

    Instruction preparation(long replicaEpoch, long termFloor) {
        return instruction(replicaEpoch)
                .setPrepare(PrepareReplica.newBuilder()
                        .setTermFloor(termFloor)
                        .setRange(TokenRange.newBuilder().setStartExclusive(-1).setEndInclusive(-1))
                        .setRangeEpoch(1)
                        .setLevel(1))
                .build();
    }

    Instruction addition(long replicaEpoch, int voter, int... expected) {
        return instruction(replicaEpoch)
                .setAddVoter(
                        AddVoter.newBuilder().setVoter(hosts.address(voter)).addAllExpectedVoters(ids(expected)))
                .build();
    }

    Instruction removal(long replicaEpoch, int voter, int... expected) {
        return instruction(replicaEpoch)
                .setRemoveVoter(RemoveVoter.newBuilder()
                        .setVoter(Hosts.id(voter).value())
                        .addAllExpectedVoters(ids(expected)))
                .build();
    }

    Instruction stagingEnd(long replicaEpoch) {
        return instruction(replicaEpoch)
                .setEndStaging(EndStaging.getDefaultInstance())
                .build();
    }

    Instruction cleaning(long replicaEpoch, long configurationIndex, int... voters) {
        return instruction(replicaEpoch)
                .setClean(CleanReplica.newBuilder().addAllVoters(ids(voters)).setConfigurationIndex(configurationIndex))
                .build();
    }

    static List<Long> ids(int... numbers) {
        return Arrays.stream(numbers)
                .mapToObj(number -> Hosts.id(number).value())
                .sorted()
                .toList();
    }

    // ---- Until it is done.

    /** Report of whoever leads and is ready. */
    ReplicaReport leaderReport() {
        return hosts.report(hosts.numberOf(hosts.awaitLeader(shard)), shard);
    }

    /** Gives an instruction to whoever leads until the leader's report shows what is wanted; returns that. */
    ReplicaReport awaitLeading(String what, Instruction instruction, Predicate<ReplicaReport> wanted) {
        ReplicaReport[] shown = new ReplicaReport[1];
        repeat(what, () -> hosts.host(hosts.numberOf(hosts.awaitLeader(shard))).obey(MANAGER_TERM, instruction), () -> {
            ReplicaReport report = leaderReport();
            shown[0] = report;
            return report.getLeaderReady() && wanted.test(report);
        });
        return shown[0];
    }

    /** Gives an instruction to a host until its report shows what is wanted. */
    void awaitAt(int number, String what, Instruction instruction, Predicate<ReplicaReport> wanted) {
        repeat(
                what,
                () -> hosts.host(number).obey(MANAGER_TERM, instruction),
                () -> wanted.test(hosts.report(number, shard)));
    }

    private static void repeat(String what, Runnable instruct, BooleanSupplier done) {
        int[] looks = new int[1];
        Hosts.await(what, () -> {
            if (looks[0]++ % LOOKS_PER_INSTRUCTION == 0) {
                instruct.run();
            }
            return done.getAsBoolean();
        });
    }

    static boolean isSettled(ReplicaReport leader) {
        return leader.getConfigurationCommitted()
                && !leader.getConfigurationTransitional()
                && leader.getStagedServer() == 0;
    }

    static boolean hasFence(ReplicaReport leader, long replicaEpoch) {
        return leader.getReplicaEpoch() == replicaEpoch && leader.getFenceOperation() == replicaEpoch;
    }

    /** Fences the shard by the next epoch; returns that. */
    long fence() {
        long next = nextEpoch();
        awaitLeading("fence " + next, fenceOf(next), report -> hasFence(report, next));
        return next;
    }

    /** Prepares a replica with the leader's term as its floor. */
    void prepare(long replicaEpoch, int target) {
        Instruction preparation = preparation(replicaEpoch, leaderReport().getTerm());
        awaitAt(target, "preparation of " + target, preparation, Changes::isPrepared);
    }

    static boolean isPrepared(ReplicaReport report) {
        return report.getLedgerState() == LedgerState.LEDGER_STATE_PREPARED
                && (report.getLifeCycle().equals("STARTING")
                        || report.getLifeCycle().equals("RUNNING"));
    }

    /** Adds a voter to those there are, from fence to end. */
    ReplicaReport add(int target) {
        int[] voters = voters();
        long fenced = fence();
        prepare(fenced, target);
        return awaitLeading(
                "addition of " + target,
                addition(fenced, target, voters),
                report -> isSettled(report)
                        && report.getVotersList().contains(Hosts.id(target).value()));
    }

    /** Removes a voter that does not lead, from fence to end. */
    ReplicaReport remove(int source) {
        int[] voters = voters();
        long fenced = fence();
        return awaitLeading(
                "removal of " + source,
                removal(fenced, source, voters),
                report -> isSettled(report)
                        && !report.getVotersList().contains(Hosts.id(source).value()));
    }

    /** Deletes the replica of a host that the present configuration excludes. */
    void clean(int number) {
        ReplicaReport leader = leaderReport();
        assertThat(leader.getVotersList()).doesNotContain(Hosts.id(number).value());
        int[] voters = leader.getVotersList().stream().mapToInt(Hosts::numberOf).toArray();
        Instruction cleaning = cleaning(nextEpoch(), leader.getConfigurationIndex(), voters);
        awaitAt(
                number,
                "cleaning of " + number,
                cleaning,
                report -> report.getLedgerState() == LedgerState.LEDGER_STATE_REMOVED
                        && report.getLifeCycle().equals("ABSENT"));
    }

    /** Hands leadership to another voter if this one leads. */
    void transferFrom(int number, int target) {
        Hosts.await("somebody else than " + number + " to lead", () -> {
            int leading = hosts.numberOf(hosts.awaitLeader(shard));
            if (leading == number) {
                hosts.host(number).obey(MANAGER_TERM, Hosts.transfer(shard, epoch(), target));
            }
            return leading != number;
        });
    }

    int[] voters() {
        return leaderReport().getVotersList().stream().mapToInt(Hosts::numberOf).toArray();
    }
}
