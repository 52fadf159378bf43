package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.CreateCluster;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.manager.state.MarkServer;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ConfirmDown;
import io.ringkv.rpc.DrainServer;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.MaintainServer;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.RemoveServer;
import io.ringkv.rpc.RingAtQuestion;
import io.ringkv.rpc.RingHistory;
import io.ringkv.rpc.RingHistoryQuestion;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.SetReplicationFactor;
import io.ringkv.rpc.ShardMap;
import io.ringkv.rpc.support.FailureStatus;
import io.ringkv.rpc.support.ShardMapPublisher;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminDeskTest {

    private static final ManagerId SELF = new ManagerId(1);
    private static final long TERM = 4;
    private static final long TICK = 500;

    private final MemoryLog log = new MemoryLog();
    private final AdminDesk desk = new AdminDesk(
            log,
            (command, decidedInTerm, expectedRingEpoch) ->
                    log.propose(new LoggedCommand(1, 1, SELF, decidedInTerm, expectedRingEpoch, command)));
    private final ControlSettings settings = ControlSettings.of(new LivenessLimits(TICK, 3_000, 10_000));
    private long sequence;

    @SuppressWarnings("NullAway.Init") // set by lead()
    private LeaderDuties duties;

    @BeforeEach
    void lead() {
        log.leadIn(TERM, SELF);
        propose(new CreateCluster(Clusters.founding(4, 4, 3)), 0);
        for (int number = 1; number <= 4; number++) {
            propose(Clusters.register(number), 0);
            propose(new MarkServer(Clusters.server(number), ServerState.JOINING, ServerState.ACTIVE), TERM);
        }
        propose(Clusters.place(Clusters.founding(4, 4, 3).settings()), TERM);
        duties = new LeaderDuties(
                TERM,
                settings,
                log.state(),
                (command, decidedInTerm) -> log.propose(new LoggedCommand(1, 1, SELF, decidedInTerm, command)),
                Runnable::run,
                new ShardMapPublisher(),
                () -> new GroupId(new UUID(1, 1)));
    }

    @Test
    void findsServersByLabelAndById() {
        assertThat(change(drain("s2", true)).getChanged()).isTrue();
        assertThat(stateOf(2)).isEqualTo(ServerState.DRAINING);
        assertThat(change(drain(Clusters.server(2).toString(), false)).getChanged())
                .isTrue();
        assertThat(stateOf(2)).isEqualTo(ServerState.ACTIVE);
        assertRefused(drain("s9", true), ErrorCode.SERVER_NOT_FOUND);
    }

    @Test
    void aChangeThatIsAskedForTwiceIsMadeOnce() {
        assertThat(change(drain("s2", true)).getChanged()).isTrue();
        long ringEpoch = log.state().ringEpoch();

        ChangeReply again = change(drain("s2", true));

        assertThat(again.getChanged()).isFalse();
        assertThat(again.getRingEpoch()).isEqualTo(ringEpoch);
    }

    @Test
    void onlyTheLeaderOfTheRightClusterAnswers() {
        assertThat(failure(desk.change(drain("s2", true).build(), null)))
                .extracting(RingKvException::code)
                .isEqualTo(ErrorCode.NOT_MANAGER_LEADER);
        assertRefused(
                drain("s2", true).setClusterId(ByteString.copyFromUtf8("another cluster!")), ErrorCode.WRONG_CLUSTER);
        assertRefused(ChangeRequest.newBuilder(), ErrorCode.OPERATION_UNSUPPORTED);
        assertRefused(factor(0), ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void aPlanForAnotherEpochIsRefused() {
        assertRefused(drain("s2", true).setExpectedRingEpoch(1), ErrorCode.PLAN_STALE);
        assertThat(change(drain("s2", true).setExpectedRingEpoch(log.state().ringEpoch()))
                        .getChanged())
                .isTrue();
    }

    @Test
    void saysWhatAnEvenNumberOfReplicasGains() {
        assertThat(change(factor(4)).getNoticesList())
                .singleElement()
                .asString()
                .startsWith("An even number gains nothing: 4 replicas survive the loss of 1, as 3 do");
        assertThat(change(factor(1)).getNoticesList())
                .singleElement()
                .asString()
                .contains("loss of its data");
        assertThat(change(factor(3)).getNoticesList()).isEmpty();
    }

    @Test
    void maintenanceIsOverWhenItsTimeIsCounted() {
        change(ChangeRequest.newBuilder()
                .setMaintainServer(MaintainServer.newBuilder().setServer("s1").setMillis(2_000)));
        tick(2, 1, 2, 3, 4);
        assertThat(status(1).getMaintenanceLeftMillis()).isBetween(1_000L, 1_500L);

        tick(5, 1, 2, 3, 4);

        assertThat(status(1).hasMaintenanceLeftMillis()).isFalse();
    }

    @Test
    void forceNeedsReplicasThatAreWellNotOnlyServersThatAreThere() {
        tick(60, 1, 2, 3);
        assertThat(stateOf(4)).isEqualTo(ServerState.DOWN);

        RingKvException refusal = assertRefused(
                ChangeRequest.newBuilder()
                        .setRemoveServer(
                                RemoveServer.newBuilder().setServer("s4").setForce(true)),
                ErrorCode.SAFETY_REFUSED);

        assertThat(refusal).hasMessageContaining("no majority of healthy replicas that are complete");
        assertThat(stateOf(4)).isEqualTo(ServerState.DOWN);
    }

    @Test
    void anOperatorConfirmsWhatTheDetectorDoesNotDare() {
        tick(2, 1, 2, 3, 4);
        assertRefused(confirm("s4"), ErrorCode.SAFETY_REFUSED);

        tick(25, 1);
        assertThat(stateOf(4)).isEqualTo(ServerState.ACTIVE);
        assertThat(status(4).getHeld()).isTrue();
        assertThat(duties.notices()).anyMatch(notice -> notice.contains("ringkv server confirm-down"));

        assertThat(change(confirm("s4")).getChanged()).isTrue();
        assertThat(stateOf(4)).isEqualTo(ServerState.DOWN);
        assertThat(change(confirm("s4")).getChanged()).isFalse();
        assertRefused(confirm("s1"), ErrorCode.SAFETY_REFUSED);
    }

    @Test
    void tellsWhatHappenedAndHowTheRingWas() {
        long before = log.state().ringEpoch();
        change(drain("s2", true));

        RingHistory history = ask(Question.newBuilder()
                        .setRingHistory(RingHistoryQuestion.newBuilder().setLimit(1)))
                .getRingHistory();
        assertThat(history.getRingEpoch()).isEqualTo(before + 1);
        assertThat(history.getEventsList())
                .singleElement()
                .satisfies(event -> assertThat(event.getText()).isEqualTo("server s2 is to be emptied"));
        assertThat(ringAt(before).getServers(1).getState().name()).endsWith("ACTIVE");
        assertThat(ringAt(before + 1).getServers(1).getState().name()).endsWith("DRAINING");
        assertThatThrownBy(() -> ringAt(before + 2)).hasMessageContaining("is not kept: the oldest is 1");
    }

    // ---- The world around.

    private ShardMap ringAt(long epoch) {
        return ask(Question.newBuilder().setRingAt(RingAtQuestion.newBuilder().setRingEpoch(epoch)))
                .getRingAt();
    }

    private Answer ask(Question.Builder question) {
        return desk.ask(question.build(), duties).toCompletableFuture().join().get();
    }

    private static ChangeRequest.Builder drain(String server, boolean on) {
        return ChangeRequest.newBuilder()
                .setDrainServer(DrainServer.newBuilder().setServer(server).setOn(on));
    }

    private static ChangeRequest.Builder confirm(String server) {
        return ChangeRequest.newBuilder()
                .setConfirmDown(ConfirmDown.newBuilder().setServer(server));
    }

    private static ChangeRequest.Builder factor(int factor) {
        return ChangeRequest.newBuilder()
                .setSetReplicationFactor(SetReplicationFactor.newBuilder().setReplicationFactor(factor));
    }

    private void propose(ClusterCommand command, long decidedInTerm) {
        var unused = log.propose(new LoggedCommand(1, 1, SELF, decidedInTerm, command));
    }

    private ChangeReply change(ChangeRequest.Builder request) {
        ChangeReply reply =
                desk.change(request.build(), duties).toCompletableFuture().join();
        duties.stateChanged(log.state());
        return reply;
    }

    private RingKvException assertRefused(ChangeRequest.Builder request, ErrorCode code) {
        RingKvException failure = failure(desk.change(request.build(), duties));
        assertThat(failure.code()).isEqualTo(code);
        return failure;
    }

    private static RingKvException failure(java.util.concurrent.CompletionStage<ChangeReply> answer) {
        @Nullable
        Throwable failure =
                answer.handle((reply, thrown) -> thrown).toCompletableFuture().join();
        assertThat(failure).as("refusal").isNotNull();
        return FailureStatus.toException(java.util.Objects.requireNonNull(failure));
    }

    private void tick(int times, int... heard) {
        for (int i = 0; i < times; i++) {
            sequence++;
            for (int number : heard) {
                Fleet.Reception unused = duties.heartbeat(
                        Clusters.server(number),
                        HeartbeatRequest.newBuilder()
                                .setServerId(number)
                                .setBootId(1)
                                .setSequence(sequence)
                                .build());
            }
            duties.tick(TICK);
            duties.stateChanged(log.state());
        }
    }

    private @Nullable ServerState stateOf(int number) {
        return log.state().stateOf(Clusters.server(number));
    }

    private ServerStatus status(int number) {
        ClusterStatus status = new StatusReport(log.state(), log.leadership(), SELF, log.silentMillis(), duties).make();
        return status.getServersList().stream()
                .filter(server -> new ServerId(server.getServer().getServerId()).equals(Clusters.server(number)))
                .findFirst()
                .orElseThrow();
    }
}
