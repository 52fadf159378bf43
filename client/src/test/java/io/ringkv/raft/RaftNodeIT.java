package io.ringkv.raft;

import static io.ringkv.raft.RaftNodes.await;
import static io.ringkv.raft.RaftNodes.bytes;
import static io.ringkv.raft.RaftNodes.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.GroupId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftNodeIT {
    private final GroupId group = new GroupId(UUID.nameUUIDFromBytes(bytes("group")));

    @TempDir
    private Path root;

    private RaftNodes nodes;

    /** Ratis' own hook for tests, for the whole process: followers answer no append while this is set. */
    private static final AtomicBoolean cutAppends = new AtomicBoolean();

    @BeforeAll
    static void hookAppends() {
        CodeInjectionForTesting.put("RaftServerImpl.appendEntries", (local, remote, args) -> {
            if (cutAppends.get()) {
                throw new IllegalStateException("cut by the test");
            }
            return false;
        });
    }

    @AfterAll
    static void unhookAppends() {
        CodeInjectionForTesting.remove("RaftServerImpl.appendEntries");
    }

    @BeforeEach
    void prepare() {
        nodes = new RaftNodes(root);
    }

    @AfterEach
    void stop() {
        cutAppends.set(false);
        nodes.close();
    }

    private void startThree() throws IOException {
        for (long id = 1; id <= 3; id++) {
            nodes.start(id);
        }
        nodes.create(group, 1, 2, 3);
    }

    private List<String> valuesOn(long id) {
        return ListMachine.of(nodes.node(id).division(group)).values();
    }

    private static ProposalException failureOf(CompletableFuture<Object> outcome) {
        CompletionException e = catchThrowableOfType(CompletionException.class, () -> get(outcome));
        assertThat(e).hasCauseInstanceOf(ProposalException.class);
        return (ProposalException) Objects.requireNonNull(e.getCause());
    }

    @Test
    void answersAProposalWithWhatTheMachineSaysAndAppliesItEverywhere() throws IOException {
        startThree();
        RaftDivision leader = nodes.awaitLeader(group);

        assertThat(get(leader.propose(bytes("a")))).asString().endsWith(" a");
        assertThat(get(leader.propose(bytes("b")))).asString().endsWith(" b");

        for (long id = 1; id <= 3; id++) {
            long member = id;
            await("b on " + id, () -> valuesOn(member).equals(List.of("a", "b")));
        }
        assertThat(leader.state().voters()).containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(leader.state().previousVoters()).isEmpty();
        assertThat(leader.state().voters()).isSameAs(leader.state().voters());
        assertThat(leader.configurationTerm()).isEqualTo(leader.state().term());
        assertThat(leader.followers()).hasSize(2);
        assertThat(ListMachine.of(leader).readyTerms)
                .containsExactly(leader.state().term());
    }

    @Test
    void saysOfAFollowersRefusalThatNothingWasAppendedAndWhoLeads() throws IOException {
        startThree();
        RaftDivision leader = nodes.awaitLeader(group);
        long leaderId = nodes.idOf(leader);
        RaftDivision follower = nodes.division(leaderId % 3 + 1, group);
        await("the leader to be known", () -> follower.state().leaderHint() == leaderId);

        ProposalException refusal = failureOf(follower.propose(bytes("a")));

        assertThat(refusal.notAppended()).isTrue();
        assertThat(refusal.reason()).isEqualTo(ProposalException.Reason.NOT_LEADER);
        assertThat(refusal.leaderHint()).isEqualTo(leaderId);
    }

    @Test
    void saysOfAnEntryAppendedByALeaderThatStepsDownThatItsFateIsUnknown() throws IOException {
        startThree();
        RaftDivision leader = nodes.awaitLeader(group);
        cutAppends.set(true);

        ProposalException failure = failureOf(leader.propose(bytes("a")));

        assertThat(failure.notAppended()).isFalse();
        assertThat(failure.reason()).isEqualTo(ProposalException.Reason.NOT_LEADER);
    }

    @Test
    void refusesATooLargeEntryWithoutLosingTheLeader() throws IOException {
        startThree();
        RaftDivision leader = nodes.awaitLeader(group);
        long term = leader.state().term();

        ProposalException refusal = failureOf(leader.propose(new byte[4 << 20]));
        assertThat(refusal.notAppended()).isTrue();
        assertThat(refusal.reason()).isEqualTo(ProposalException.Reason.TOO_LARGE);

        get(leader.propose(new byte[(4 << 20) - 1024]));
        assertThat(leader.state().leader()).isTrue();
        assertThat(leader.state().term()).isEqualTo(term);
    }

    @Test
    void keepsTheDivisionWhenTheMachineFails() throws IOException {
        startThree();
        RaftDivision leader = nodes.awaitLeader(group);
        get(leader.propose(bytes("a")));

        CompletableFuture<String> waits = new CompletableFuture<>();
        leader.machine().whenApplied(1_000, () -> waits.complete("applied"), () -> waits.complete("never will be"));

        ProposalException failure = failureOf(leader.propose(bytes("fail")));
        assertThat(failure.reason()).isEqualTo(ProposalException.Reason.REPLICA_FAILED);
        assertThat(waits.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("never will be");
        assertThat(failure.notAppended()).isFalse();

        assertThat(leader.machine().failure()).contains("cannot apply this");
        assertThat(leader.state().running()).isTrue();
        failureOf(leader.propose(bytes("b")));
        for (long id = 1; id <= 3; id++) {
            RaftDivision division = nodes.division(id, group);
            await("failure on " + id, () -> division.machine().failure() != null);
            assertThat(division.state().running()).isTrue();
            assertThat(valuesOn(id)).containsExactly("a");
        }
    }

    @Test
    void findsEverythingAfterARestartOfAll() throws IOException {
        startThree();
        get(nodes.awaitLeader(group).propose(bytes("a")));
        nodes.stopAll();
        for (long id = 1; id <= 3; id++) {
            assertThat(nodes.start(id).division(group)).isNull();
            get(nodes.node(id).open(group));
        }
        get(nodes.awaitLeader(group).propose(bytes("b")));
        for (long id = 1; id <= 3; id++) {
            long member = id;
            await("b on " + id, () -> valuesOn(member).equals(List.of("a", "b")));
        }
    }

    @Test
    void bringsAFollowerUpBySnapshotWhenTheLogIsPurged() throws IOException {
        nodes.schedule = new SnapshotSchedule(50, 1 << 30, 3_600_000);
        nodes.tuning = settings -> settings.withSegmentBytes(1 << 20);
        startThree();
        RaftDivision leader = nodes.awaitLeader(group);
        long away = nodes.idOf(leader) % 3 + 1;
        get(leader.propose(bytes("first")));
        await("first", () -> valuesOn(away).equals(List.of("first")));
        nodes.stop(away);
        String large = "x".repeat(20_000);
        for (int i = 0; i < 400; i++) {
            get(leader.propose(bytes(i + large)));
        }
        Path log = nodes.node(nodes.idOf(leader)).directoryOf(group).resolve("current");
        await("the first log file to be purged", () -> !hasFileStartingAtZero(log));

        nodes.start(away);
        get(nodes.node(away).open(group));
        await("all on " + away, () -> valuesOn(away).size() == 401);

        assertThat(valuesOn(away)).isEqualTo(valuesOn(nodes.idOf(nodes.awaitLeader(group))));
        assertThat(nodes.node(away).directoryOf(group).resolve("sm")).isNotEmptyDirectory();
        assertThat(nodes.node(away).directoryOf(group).resolve("tmp")).isEmptyDirectory();
        // And it goes on from there after one more restart.
        nodes.stop(away);
        nodes.start(away);
        get(nodes.node(away).open(group));
        get(nodes.awaitLeader(group).propose(bytes("last")));
        await("last", () -> valuesOn(away).size() == 402);
    }

    @Test
    void refusesADamagedSnapshotAndKeepsWhatItHas() throws IOException {
        nodes.schedule = new SnapshotSchedule(50, 1 << 30, 3_600_000);
        nodes.tuning = settings -> settings.withSegmentBytes(1 << 20);
        startThree();
        RaftDivision leader = nodes.awaitLeader(group);
        long away = nodes.idOf(leader) % 3 + 1;
        get(leader.propose(bytes("first")));
        await("first", () -> valuesOn(away).equals(List.of("first")));
        nodes.stop(away);
        String large = "x".repeat(20_000);
        for (int i = 0; i < 340; i++) {
            get(leader.propose(bytes(i + large)));
        }
        Path leading = nodes.node(nodes.idOf(leader)).directoryOf(group);
        await("the first log file to be purged", () -> !hasFileStartingAtZero(leading.resolve("current")));
        // On both: on a busy machine the other may lead by the time the third is back.
        for (long id = 1; id <= 3; id++) {
            if (id != away) {
                damageNewestSnapshot(id);
            }
        }

        nodes.start(away);
        get(nodes.node(away).open(group));
        await(
                "the refusal",
                () -> ListMachine.of(nodes.node(away).division(group)).refused.get() > 0);
        RaftDivision refusing = nodes.division(away, group);
        assertThat(refusing.state().running()).isTrue();
        assertThat(refusing.machine().isPaused()).isFalse();
        assertThat(refusing.machine().failure()).isNull();

        // The next snapshot is good again.
        for (int i = 0; i < 60; i++) {
            get(nodes.awaitLeader(group).propose(bytes("later" + i)));
        }
        await("all on " + away, () -> valuesOn(away).size() == 401);
    }

    private void damageNewestSnapshot(long id) throws IOException {
        SnapshotDirectory directory = SnapshotDirectory.of(nodes.node(id).directoryOf(group));
        await(
                "all on " + id,
                () -> valuesOn(id).size() == 341 && !snapshots(directory).isEmpty());
        Path newest = snapshots(directory).get(0).file();
        byte[] damaged = Files.readAllBytes(newest);
        damaged[damaged.length - 1] = '!';
        Files.write(newest, damaged);
    }

    private static boolean hasFileStartingAtZero(Path log) {
        try (var files = Files.list(log)) {
            return files.anyMatch(file -> file.getFileName().toString().matches("log_(inprogress_)?0(-.*)?"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void keepsTwoSnapshotsAndTheLogFromTheOlder() throws IOException {
        nodes.schedule = new SnapshotSchedule(20, 1 << 30, 3_600_000);
        nodes.start(1);
        nodes.create(group, 1);
        RaftDivision leader = nodes.awaitLeader(group);
        for (int i = 0; i < 100; i++) {
            get(leader.propose(bytes("v" + i)));
        }
        SnapshotDirectory directory = SnapshotDirectory.of(nodes.node(1).directoryOf(group));
        await("two snapshots", () -> snapshots(directory).size() == 2);
        nodes.stop(1);

        // The newest is damaged: the other one and the log bring everything back.
        Path newest = snapshots(directory).get(0).file();
        Files.write(newest, new byte[] {1, 2, 3});
        nodes.start(1);
        get(nodes.node(1).open(group));
        get(nodes.awaitLeader(group).propose(bytes("after")));

        assertThat(valuesOn(1)).hasSize(101);
    }

    private static List<SnapshotDirectory.Snapshot> snapshots(SnapshotDirectory directory) {
        try {
            return directory.newestFirst();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void handsLeadershipOver() throws IOException {
        startThree();
        RaftDivision leader = nodes.awaitLeader(group);
        long target = nodes.idOf(leader) % 3 + 1;

        get(leader.transferLeadership(target, 5_000));
        await("the other to lead", () -> nodes.idOf(nodes.awaitLeader(group)) == target);

        get(nodes.division(target, group).stepDown(5_000));
        get(nodes.awaitLeader(group).propose(bytes("a")));
    }

    @Test
    void changesOneVoterAtATime() throws IOException {
        startThree();
        nodes.start(4);
        RaftDivision leader = nodes.awaitLeader(group);
        List<RaftMember> three = nodes.members(1, 2, 3);
        List<RaftMember> four = nodes.members(1, 2, 3, 4);
        get(leader.propose(bytes("a")));
        get(nodes.node(4).open(group));

        assertThatThrownBy(() -> leader.changeVoters(three, nodes.members(1, 2, 4)))
                .isInstanceOf(IllegalArgumentException.class);
        get(leader.changeVoters(three, four));
        await("a on 4", () -> valuesOn(4).equals(List.of("a")));
        assertThat(leader.state().voters()).hasSize(4);

        // Compare and set: the present voters are others now.
        assertThatThrownBy(() -> get(leader.changeVoters(three, nodes.members(1, 2, 3, 4))))
                .isInstanceOf(CompletionException.class);
        long removed = nodes.idOf(leader) % 4 + 1;
        List<RaftMember> rest =
                four.stream().filter(member -> member.id() != removed).toList();
        get(leader.changeVoters(four, rest));
        assertThat(leader.state().voters()).doesNotContain(removed).hasSize(3);
    }

    @Test
    void growsFromOneVoterToTwo() throws IOException {
        nodes.start(1);
        nodes.start(2);
        nodes.create(group, 1);
        RaftDivision leader = nodes.awaitLeader(group);
        get(nodes.node(2).open(group));

        get(leader.changeVoters(nodes.members(1), nodes.members(1, 2)));
        get(leader.propose(bytes("a")));
        await("a on 2", () -> valuesOn(2).equals(List.of("a")));
    }

    @Test
    void namesThePortThatIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RatisSettings settings = RatisSettings.defaults(
                    root.resolve("raft"), root.resolve("removed"), "127.0.0.1", taken.getLocalPort());
            assertThatThrownBy(() -> RaftNode.start(1, settings, id -> {
                        throw new AssertionError("no group");
                    }))
                    .isInstanceOfSatisfying(
                            RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PORT_IN_USE))
                    .hasMessageContaining(":" + taken.getLocalPort());
        }
    }

    @Test
    void leavesUncaughtExceptionsOfTheProcessAlone() throws IOException {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        nodes.start(1);
        assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(before);
    }

    @Test
    void takesNoEntryFromRatisOwnClient() throws IOException {
        startThree();
        RaftDivision leader = nodes.awaitLeader(group);
        try (RaftClient client = RaftClient.newBuilder()
                .setProperties(new RaftProperties())
                .setRaftGroup(RaftGroup.valueOf(RaftIds.group(group), RaftIds.peers(nodes.members(1, 2, 3))))
                .setRetryPolicy(RetryPolicies.noRetry())
                .setLeaderId(RaftIds.peer(nodes.idOf(leader)))
                .build()) {
            assertThatThrownBy(() -> client.io().send(Message.valueOf("fail")))
                    .hasMessageContaining("proposed in the leader's own process");
        }
        get(leader.propose(bytes("a")));
        assertThat(leader.machine().failure()).isNull();
    }

    @Test
    void closesAGroupAndOpensItAgain() throws IOException {
        nodes.start(1);
        nodes.create(group, 1);
        RaftDivision first = nodes.awaitLeader(group);
        get(first.propose(bytes("a")));

        get(nodes.node(1).close(group, false));
        assertThat(nodes.node(1).division(group)).isNull();
        assertThat(first.state().running()).isFalse();
        assertThat(first.runningTerm()).isZero();
        assertThat(failureOf(first.propose(bytes("b"))).notAppended()).isTrue();

        get(nodes.node(1).open(group));
        get(nodes.awaitLeader(group).propose(bytes("c")));
        assertThat(valuesOn(1)).containsExactly("a", "c");

        get(nodes.node(1).close(group, true));
        assertThat(nodes.node(1).directoryOf(group)).doesNotExist();
    }
}
