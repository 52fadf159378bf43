package io.ringkv.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.manager.roster.ManagerRoster;
import io.ringkv.raft.DurableFiles;
import io.ringkv.rpc.AddManager;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ManagerStatus;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.RemoveManager;
import io.ringkv.rpc.support.FailureStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members of the manager group come and go over real Raft and gRPC in one JVM. */
class ManagerMembersIT {

    @TempDir
    Path directory;

    /** The promise: the role of the manager passes on as long as anybody is left to take it. */
    @Test
    void passesTheRoleOnAsLongAsAnybodyIsLeft() throws Exception {
        try (ManagerGroup managers = new ManagerGroup(directory, 3)) {
            managers.bootstrap(0, 3, 6);
            managers.startStandby();
            managers.startStandby();
            awaitStandbys(managers, 2);
            assertThat(status(managers).getManagerLossesSurvived()).isEqualTo(1);

            List<Integer> killed = new ArrayList<>();
            for (int round = 0; round < 2; round++) {
                int leader = managers.awaitLeader();
                ManagerId dead = id(managers, leader);
                managers.kill(leader);
                killed.add(leader);
                awaitMembers(
                        managers,
                        "replaced " + dead,
                        roster ->
                                roster.members().size() == 3 && roster.member(dead) == null && roster.change() == null);
                assertAllMembersRun(managers);
            }
            assertThat(roster(managers).standbys()).isEmpty();

            int third = managers.awaitLeader();
            ManagerId dead = id(managers, third);
            managers.kill(third);
            Await.until(
                    "the last two notice",
                    () -> managers.leader() >= 0
                            && managers.status(managers.leader()).getNoticesList().stream()
                                    .anyMatch(notice -> notice.contains("No standby")));
            assertThat(roster(managers).members())
                    .as("without a standby nothing is gained by removing the dead")
                    .hasSize(3);
            assertThat(status(managers).getManagerLossesSurvived()).isZero();

            comesBackAsAStandbyUnderANewId(managers, killed.get(0));
            awaitMembers(
                    managers,
                    "replaced the third",
                    roster -> roster.members().size() == 3 && roster.member(dead) == null && roster.change() == null);
            assertAllMembersRun(managers);
            Await.until("survives a loss again", () -> status(managers).getManagerLossesSurvived() == 1);
        }
    }

    /** Started with its old directory: the members it knew may all be dead, but somebody at the given addresses is not. */
    private static void comesBackAsAStandbyUnderANewId(ManagerGroup managers, int index) throws Exception {
        managers.startAgainToStandBy(index);
        ManagerId before = id(managers, index);
        managers.process(index).gone().get(30, TimeUnit.SECONDS);
        managers.kill(index);
        managers.startAgainToStandBy(index);

        assertThat(id(managers, index)).isNotEqualTo(before);
        assertThat(managers.directory(index).resolve("quarantine").resolve(before.toString()))
                .isDirectory();
    }

    @Test
    void addsRemovesAndFindsEverybodyAgainAfterARestart() throws Exception {
        try (ManagerGroup managers = new ManagerGroup(directory, 3)) {
            managers.bootstrap(0, 3, 6);
            int fourth = managers.startBlank();
            String address = managers.addresses().get(fourth);
            assertThat(plan(managers, add(address)).getRefusalsList()).isEmpty();

            ChangeReply added = change(managers, add(address));
            assertThat(added.getChanged()).isTrue();
            assertThat(added.getNoticesList()).anyMatch(notice -> notice.contains("even number"));
            awaitMembers(managers, "four members", roster -> roster.members().size() == 4);
            assertThat(change(managers, add(address)).getChanged()).isFalse();
            ManagerId newcomer = id(managers, fourth);
            Await.until(
                    "the new member has the state",
                    () -> managers.process(fourth).state().managers().member(newcomer) != null);

            int leader = managers.awaitLeader();
            String leaving = managers.process(leader).self().label();
            change(managers, remove(leaving));
            awaitMembers(
                    managers,
                    "three members, without " + leaving,
                    roster -> roster.members().size() == 3
                            && roster.members().stream()
                                    .noneMatch(member -> member.label().equals(leaving)));
            assertThat(managers.process(leader)
                            .failure()
                            .get(30, TimeUnit.SECONDS)
                            .code())
                    .isEqualTo(ErrorCode.MANAGER_REMOVED);
            managers.kill(leader);

            Set<Integer> members = running(managers);
            members.forEach(managers::stop);
            members.forEach(managers::start);
            managers.awaitLeader();
            assertThat(roster(managers).members()).hasSize(3);
            assertThat(roster(managers).member(newcomer)).isNotNull();
        }
    }

    @Test
    void refusesWhatWouldLeaveNoMajority() {
        try (ManagerGroup managers = new ManagerGroup(directory, 3)) {
            managers.bootstrap(0, 3, 6);
            int leader = managers.awaitLeader();
            int dead = (leader + 1) % 3;
            int alive = (leader + 2) % 3;
            String deadLabel = managers.process(dead).self().label();
            String aliveLabel = managers.process(alive).self().label();
            int standby = managers.startStandby();
            awaitStandbys(managers, 1);
            managers.kill(standby);
            assertRefused(() -> change(managers, add("m4")), ErrorCode.SAFETY_REFUSED, "does not answer");

            managers.kill(dead);
            Await.until(
                    "it is missed",
                    () -> status(managers).getManagersList().stream()
                            .anyMatch(manager -> !manager.getStandby() && !manager.getReachable()));
            assertRefused(() -> change(managers, remove(aliveLabel)), ErrorCode.SAFETY_REFUSED, "no majority");
            assertThat(plan(managers, remove(aliveLabel)).getRefusalsList())
                    .anyMatch(refusal -> refusal.contains("no majority"));
            assertRefused(() -> change(managers, remove("nobody")), ErrorCode.MANAGER_NOT_FOUND, "nobody");

            change(managers, remove(deadLabel));
            awaitMembers(managers, "two members", roster -> roster.members().size() == 2);
            change(managers, remove(aliveLabel));
            awaitMembers(managers, "one member", roster -> roster.members().size() == 1);
            String last = managers.process(leader).self().label();
            assertRefused(() -> change(managers, remove(last)), ErrorCode.SAFETY_REFUSED, "last member");
        }
    }

    @Test
    void neverTakesPartAgainWithoutTheLogItHad() throws Exception {
        try (ManagerGroup managers = new ManagerGroup(directory, 1)) {
            managers.bootstrap(0, 1, 2);
            int second = managers.startStandby();
            awaitStandbys(managers, 1);
            change(managers, add(managers.process(second).self().clientAddress()));
            awaitMembers(managers, "two members", roster -> roster.members().size() == 2);
            long term = managers.process(managers.awaitLeader()).leadership().term();
            assertThat(managers.process(second).leadership().term()).isGreaterThanOrEqualTo(term);

            managers.stop(second);
            DurableFiles.deleteTree(managers.directory(second).resolve("raft"));

            assertThatThrownBy(() -> managers.start(second))
                    .isInstanceOfSatisfying(
                            RingKvException.class,
                            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.DATA_DIRECTORY_UNREADABLE));
            assertThat(Files.exists(managers.directory(second).resolve("raft"))).isTrue();
        }
    }

    private static ChangeRequest add(String manager) {
        return ChangeRequest.newBuilder()
                .setAddManager(AddManager.newBuilder().setManager(manager))
                .build();
    }

    private static ChangeRequest remove(String manager) {
        return ChangeRequest.newBuilder()
                .setRemoveManager(RemoveManager.newBuilder().setManager(manager))
                .build();
    }

    /** Asks anybody: whoever does not lead passes it on. */
    private static ChangeReply change(ManagerGroup managers, ChangeRequest request) {
        int unused = managers.awaitLeader();
        return managers.admin(running(managers).iterator().next()).change(request);
    }

    private static io.ringkv.rpc.ClusterPlan plan(ManagerGroup managers, ChangeRequest request) {
        PlanQuestion.Builder plan = PlanQuestion.newBuilder();
        if (request.hasAddManager()) {
            plan.setAddManager(request.getAddManager());
        } else {
            plan.setRemoveManager(request.getRemoveManager());
        }
        return managers.admin(managers.awaitLeader())
                .ask(Question.newBuilder().setPlan(plan).build())
                .getPlan();
    }

    private static Set<Integer> running(ManagerGroup managers) {
        Set<Integer> running = new TreeSet<>();
        for (int i = 0; i < managers.size(); i++) {
            if (managers.isRunning(i)) {
                running.add(i);
            }
        }
        return running;
    }

    private static ManagerId id(ManagerGroup managers, int index) {
        return managers.process(index).self().id();
    }

    private static ClusterStatus status(ManagerGroup managers) {
        return managers.status(managers.awaitLeader());
    }

    private static ManagerRoster roster(ManagerGroup managers) {
        return managers.process(managers.awaitLeader()).state().managers();
    }

    private static void awaitStandbys(ManagerGroup managers, int number) {
        Await.until(
                number + " stand by",
                () -> status(managers).getManagersList().stream()
                                .filter(ManagerStatus::getStandby)
                                .filter(ManagerStatus::getReachable)
                                .count()
                        == number);
    }

    private interface Wish {
        boolean isFulfilled(ManagerRoster roster);
    }

    private static void awaitMembers(ManagerGroup managers, String what, Wish wish) {
        Await.until(
                what,
                () -> managers.leader() >= 0
                        && wish.isFulfilled(
                                managers.process(managers.leader()).state().managers()));
    }

    private static void assertAllMembersRun(ManagerGroup managers) {
        Set<ManagerId> alive = new TreeSet<>();
        running(managers).forEach(index -> alive.add(id(managers, index)));
        assertThat(roster(managers).members()).extracting(ManagerRecord::id).isSubsetOf(alive);
    }

    private static void assertRefused(ThrowingCallable call, ErrorCode code, String text) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, failure -> {
            RingKvException refusal = FailureStatus.toException(failure);
            assertThat(refusal.code()).isEqualTo(code);
            assertThat(refusal).hasMessageContaining(text);
        });
    }
}
