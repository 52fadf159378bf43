package io.ringkv.server.replica;

import static io.ringkv.server.replica.Hosts.await;
import static io.ringkv.server.replica.Hosts.group;
import static io.ringkv.server.replica.Hosts.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.raft.GroupDirectory;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Voters of a shard change while it is used, as a manager would have it. */
class ReplicaChangesIT {
    private static final String REFUSED = "ringkv_instruction_refused_total";

    private static final int HOSTS = 4;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path root;

    /** The same for all tests, each of which has a shard of its own. */
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Hosts hosts;

    private static int shards;

    private int shard;
    private Changes changes;
    private final double[] refusedBefore = new double[HOSTS + 1];

    @BeforeAll
    static void start() {
        hosts = new Hosts(root);
        hosts.startAll(HOSTS);
    }

    @AfterAll
    static void stop() {
        hosts.close();
        assertThat(hosts.incidents).isEmpty();
    }

    @BeforeEach
    void createOnThreeOfFour() {
        shard = ++shards;
        hosts.create(shard, 1, 2, 3);
        changes = new Changes(hosts, shard);
        for (int number = 1; number <= HOSTS; number++) {
            refusedBefore[number] = hosts.count(number, REFUSED);
        }
    }

    /** Instructions that a host has refused in this test, unless it was started anew. */
    private double refusedBy(int number) {
        return hosts.count(number, REFUSED) - refusedBefore[number];
    }

    private boolean isOnDisk(int number) {
        return GroupDirectory.of(hosts.data(number).resolve("raft"), group(shard))
                        .exists()
                || hosts.data(number)
                        .resolve("store")
                        .resolve(group(shard).toString())
                        .toFile()
                        .exists();
    }

    private int leading() {
        return hosts.numberOf(hosts.awaitLeader(shard));
    }

    private int someFollower() {
        int leading = leading();
        return Arrays.stream(changes.voters())
                .filter(number -> number != leading)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void movesAReplicaUnderLoadWithoutLosingOrRepeatingAWrite() {
        try (Load load = new Load(hosts, shard)) {
            load.awaitMore(20);
            // The one that leads, so that leadership moves too.
            int source = leading();
            int successor = someFollower();
            ReplicaReport added = changes.add(4);
            assertThat(added.getVotersList()).hasSize(4);
            await(
                    "4 to note that it is a member",
                    () -> hosts.report(4, shard).getLedgerState() == LedgerState.LEDGER_STATE_MEMBER);
            load.awaitMore(20);
            changes.transferFrom(source, successor);
            ReplicaReport removed = changes.remove(source);
            assertThat(removed.getVotersList()).hasSize(3).contains(id(4).value());
            assertThat(removed.getConfigurationTerm()).isPositive();
            load.awaitMore(20);
            changes.clean(source);
            assertThat(isOnDisk(source)).isFalse();
            load.awaitMore(20);

            long acknowledged = load.stop();
            for (int number : changes.voters()) {
                hosts.awaitValue(number, shard, Load.COUNTER, Long.toString(acknowledged));
            }
        }
        // And back to where it was: what was removed is made anew.
        int back = IntStream.rangeClosed(1, 4)
                .filter(number -> Arrays.stream(changes.voters()).noneMatch(voter -> voter == number))
                .findFirst()
                .orElseThrow();
        changes.add(back);
        hosts.put(shard, "last", "1");
        hosts.awaitValue(back, shard, "last", "1");
    }

    @Test
    void obeysOnlyTheInstructionOfItsVeryFence() {
        int leading = leading();
        int other = someFollower();
        long fenced = changes.fence();
        RatisReplicaHost host = hosts.host(leading);

        // Of another epoch; of another operation; of a follower; itself.
        host.obey(1, changes.removal(fenced - 1, other, 1, 2, 3));
        await("refusal: old fence", () -> refusedBy(leading) == 1);
        host.obey(
                1,
                changes.removal(fenced, other, 1, 2, 3).toBuilder()
                        .setOperation(99)
                        .build());
        await("refusal: other operation", () -> refusedBy(leading) == 2);
        host.obey(1, changes.removal(fenced + 1, other, 1, 2, 3));
        await("refusal: no such fence", () -> refusedBy(leading) == 3);
        assertThat(hosts.report(leading, shard).getInstructionFailure()).contains("has not been applied");
        host.obey(1, changes.removal(fenced, leading, 1, 2, 3));
        await("refusal: itself", () -> refusedBy(leading) == 4);
        assertThat(hosts.report(leading, shard).getInstructionFailure()).contains("leadership must be transferred");
        host.obey(1, changes.removal(fenced, other, 1, 2, 4));
        await("refusal: other voters", () -> refusedBy(leading) == 5);
        assertThat(changes.leaderReport().getVotersList()).isEqualTo(Changes.ids(1, 2, 3));

        // The same fence once more changes nothing; and what was meant is done.
        host.obey(1, changes.fenceOf(fenced));
        changes.awaitLeading(
                "the removal",
                changes.removal(fenced, other, 1, 2, 3),
                report -> report.getVotersCount() == 2 && Changes.isSettled(report));
        await(
                "the failure to be forgotten",
                () -> hosts.report(leading, shard).getInstructionFailure().isEmpty());
    }

    @Test
    void undoesAnAdditionThatNeverEndsAndRefusesItWhenItArrivesLate() {
        // A floor that no leader has yet: the target refuses every entry, which is a sign of life, so Ratis goes on for
        // ever.
        long fenced = changes.fence();
        long term = changes.leaderReport().getTerm();
        changes.awaitAt(4, "preparation", changes.preparation(fenced, term + 50), Changes::isPrepared);
        changes.awaitLeading(
                "4 to be caught up",
                changes.addition(fenced, 4, 1, 2, 3),
                report -> report.getStagedServer() == id(4).value());
        hosts.put(shard, "meanwhile", "1");

        long undo = changes.fence();
        ReplicaReport ended = changes.awaitLeading(
                "the end of it",
                changes.stagingEnd(undo),
                report -> Changes.isSettled(report) && Changes.hasFence(report, undo));
        assertThat(ended.getVotersList()).isEqualTo(Changes.ids(1, 2, 3));
        assertThat(ended.getTerm()).isGreaterThan(term);
        changes.clean(4);
        assertThat(isOnDisk(4)).isFalse();

        // Late copies, wherever they arrive.
        double before = refused();
        for (int number = 1; number <= 4; number++) {
            hosts.host(number).obey(1, changes.addition(fenced, 4, 1, 2, 3));
            await("it to be looked at by " + number, () -> hosts.host(leading()).managerTerm() == 1);
        }
        await("the refusal", () -> refused() >= before + 1);
        hosts.host(4).obey(1, changes.preparation(fenced, term));
        await("the refusal by 4", () -> refusedBy(4) >= 1);
        assertThat(isOnDisk(4)).isFalse();
        assertThat(changes.leaderReport().getVotersList()).isEqualTo(Changes.ids(1, 2, 3));
        assertThat(changes.leaderReport().getStagedServer()).isZero();
        hosts.put(shard, "afterwards", "1");
    }

    private double refused() {
        double sum = 0;
        for (int number = 1; number <= HOSTS; number++) {
            sum += hosts.count(number, REFUSED);
        }
        return sum;
    }

    @Test
    void leavesTheChangeToTheNewLeaderWhenLeadershipMovesAfterTheFence() {
        int former = leading();
        int next = someFollower();
        long fenced = changes.fence();
        changes.prepare(fenced, 4);
        changes.transferFrom(former, next);

        // At the former leader it has no effect, and is no failure either.
        hosts.host(former).obey(1, changes.addition(fenced, 4, 1, 2, 3));
        ReplicaReport added = changes.awaitLeading(
                "the addition",
                changes.addition(fenced, 4, 1, 2, 3),
                report -> report.getVotersCount() == 4 && Changes.isSettled(report));
        assertThat(added.getReplicaEpoch()).isEqualTo(fenced);
        assertThat(hosts.report(former, shard).getInstructionFailure()).isEmpty();
        hosts.put(shard, "a", "1");
        hosts.awaitValue(4, shard, "a", "1");
    }

    @Test
    void goesOnUnderTheNextLeaderWhenTheLeaderIsKilledAsVotersChange() {
        hosts.put(shard, "a", "1");
        int killed = leading();
        long fenced = changes.fence();
        changes.prepare(fenced, 4);
        hosts.host(killed).obey(1, changes.addition(fenced, 4, 1, 2, 3));
        hosts.kill(killed);

        changes.awaitLeading(
                "the addition",
                changes.addition(fenced, 4, 1, 2, 3),
                report -> report.getVotersCount() == 4 && Changes.isSettled(report));
        hosts.put(shard, "b", "2");
        hosts.awaitValue(4, shard, "a", "1");
        hosts.start(killed);
        hosts.awaitValue(killed, shard, "b", "2");
        assertThat(hosts.report(killed, shard).getVotersList()).isEqualTo(Changes.ids(1, 2, 3, 4));
    }

    @Test
    void replacesADeadServerAndCleansItWhenItReturns() {
        hosts.put(shard, "a", "1");
        int dead = someFollower();
        hosts.kill(dead);
        long fenced = changes.fence();
        changes.prepare(fenced, 4);
        int[] voters = {1, 2, 3};
        changes.awaitLeading(
                "the removal of the dead",
                changes.removal(fenced, dead, voters),
                report -> report.getVotersCount() == 2 && Changes.isSettled(report));
        changes.add(4);
        hosts.put(shard, "b", "2");
        hosts.awaitValue(4, shard, "a", "1");
        hosts.awaitValue(4, shard, "b", "2");

        // It knows nothing of all that, and disturbs nobody; it says what it has and keeps it until it is told.
        long term = changes.leaderReport().getTerm();
        hosts.start(dead);
        hosts.put(shard, "c", "3");
        await("it to be told", () -> hosts.report(dead, shard).getFailure().contains("goes on without this replica"));
        assertThat(hosts.report(dead, shard).getLedgerState()).isEqualTo(LedgerState.LEDGER_STATE_MEMBER);
        assertThat(hosts.count(dead, "ringkv_replica_restored_total")).isZero();
        assertThat(hosts.count(dead, "ringkv_replica_quarantined_total")).isZero();
        assertThat(isOnDisk(dead)).isTrue();
        // An instruction that names a configuration older than it knows itself, or itself, is none.
        ReplicaReport leader = changes.leaderReport();
        hosts.host(dead).obey(1, changes.cleaning(changes.nextEpoch(), leader.getConfigurationIndex(), 1, 2, 3, 4));
        await("the refusal", () -> hosts.count(dead, REFUSED) == 1);
        changes.clean(dead);
        assertThat(isOnDisk(dead)).isFalse();
        assertThat(changes.leaderReport().getTerm()).isEqualTo(term);
        // And stays so after a restart.
        hosts.stop(dead);
        hosts.start(dead);
        assertThat(hosts.report(dead, shard).getLedgerState()).isEqualTo(LedgerState.LEDGER_STATE_REMOVED);
        assertThat(hosts.replica(dead, shard)).isNull();
    }

    @Test
    void growsFromOneVoterToThreeAndShrinksAgain() {
        int another = ++shards;
        hosts.create(another, 1);
        Changes single = new Changes(hosts, another);
        hosts.put(another, "a", "1");
        single.add(2);
        single.add(3);
        hosts.awaitValue(3, another, "a", "1");
        single.transferFrom(1, 2);
        single.remove(1);
        single.transferFrom(3, 2);
        single.remove(3);
        assertThat(single.voters()).containsExactly(2);
        single.clean(1);
        single.clean(3);
        hosts.put(another, "b", "2");
        assertThat(hosts.read(2, another, "b")).isEqualTo("2");
        assertThat(Objects.requireNonNull(hosts.replica(2, another)).division().voters())
                .containsExactly(id(2));
    }
}
