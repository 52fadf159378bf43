package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.operation.OperationKind;
import io.ringkv.manager.operation.OperationOrder;
import io.ringkv.manager.operation.Requester;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.CreateCluster;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.manager.state.MarkServer;
import io.ringkv.manager.state.StartOperation;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.CancelOperation;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterPlan;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ConfirmDown;
import io.ringkv.rpc.DrainServer;
import io.ringkv.rpc.ExplainQuestion;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.JoinServers;
import io.ringkv.rpc.MaintainServer;
import io.ringkv.rpc.OperationStatus;
import io.ringkv.rpc.Operations;
import io.ringkv.rpc.OperationsQuestion;
import io.ringkv.rpc.PauseOperations;
import io.ringkv.rpc.PlanNothing;
import io.ringkv.rpc.PlanQuestion;
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
import java.util.List;
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
        leadAgain();
    }

    private void leadAgain() {
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
    void maintenanceGoesOnWhenAnotherManagerLeads() {
        long total = 600_000;
        change(ChangeRequest.newBuilder()
                .setMaintainServer(MaintainServer.newBuilder().setServer("s1").setMillis(total)));
        long spent = 0;
        int failovers = 0;
        while (status(1).hasMaintenanceLeftMillis()) {
            tick(300, 1, 2, 3, 4);
            spent += 300 * TICK;
            failovers++;
            leadAgain();
            assertThat(spent).as("ends, however often the leader changes").isLessThan(2 * total);
        }

        assertThat(spent)
                .as("each of %s failovers costs at most what was not logged", failovers)
                .isBetween(total, total + failovers * 60_000L + 300 * TICK);
    }

    @Test
    void drainingAServerThatIsDownIsAcceptedAndSaysWhatItMeans() {
        tick(60, 1, 2, 3);
        assertThat(stateOf(4)).isEqualTo(ServerState.DOWN);

        ChangeReply reply = change(drain("s4", true));

        assertThat(reply.getChanged()).isTrue();
        assertThat(reply.getNoticesList())
                .singleElement()
                .asString()
                .startsWith("It is DOWN: what it holds is made anew");
        assertThat(stateOf(4)).isEqualTo(ServerState.DOWN);
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

    @Test
    void plansWithoutChangingAnything() {
        tick(2, 1, 2, 3, 4);
        ClusterState before = log.state();

        ClusterPlan drain = plan(PlanQuestion.newBuilder()
                .setDrainServer(DrainServer.newBuilder().setServer("s2").setOn(true)));
        assertThat(drain.getRefusalsList()).isEmpty();
        assertThat(drain.getRingEpoch()).isEqualTo(before.ringEpoch());
        assertThat(drain.getStepsTotal()).isEqualTo(3);
        assertThat(drain.getStepsList()).allMatch(step -> step.getSource().equals("s2"));
        assertThat(drain.getLowestReplicas()).isEqualTo(3);
        assertThat(plan(PlanQuestion.newBuilder()
                                .setSetReplicationFactor(
                                        SetReplicationFactor.newBuilder().setReplicationFactor(5)))
                        .getRefusalsList())
                .isNotEmpty();
        assertThat(plan(PlanQuestion.newBuilder()
                                .setJoin(JoinServers.newBuilder().setServers(2)))
                        .getStepsTotal())
                .isPositive();
        assertThat(plan(PlanQuestion.newBuilder().setNothing(PlanNothing.getDefaultInstance()))
                        .getStepsTotal())
                .isZero();
        assertThatThrownBy(() -> plan(PlanQuestion.newBuilder()
                        .setDrainServer(DrainServer.newBuilder().setServer("s9"))))
                .hasMessageContaining("There is no server s9");
        assertThat(log.state()).isEqualTo(before);
    }

    @Test
    void explainsShardsAndServers() {
        tick(2, 1, 2, 3, 4);
        change(drain("s2", true));

        assertThat(explain(ExplainQuestion.newBuilder().setShard(1)))
                .contains(
                        "placed by: first placement",
                        "leader: nobody is known to lead",
                        "survives: 0 of 3 replicas are well, which is no majority: it cannot serve.")
                .anyMatch(fact -> fact.startsWith("wrong: Shard 1 has a replica on s2"));
        assertThat(explain(ExplainQuestion.newBuilder().setServer("s2")))
                .contains("draining: It is being emptied; 3 replicas are left.", "under way: nothing");
        assertThatThrownBy(() -> explain(ExplainQuestion.newBuilder().setShard(99)))
                .hasMessageContaining("There is no shard 99");
    }

    @Test
    void operationsAreListedPausedAndCancelled() {
        tick(2, 1, 2, 3, 4);
        propose(
                new StartOperation(new OperationOrder(
                        OperationKind.MOVE_REPLICA,
                        new ShardId(1),
                        Clusters.server(2),
                        Clusters.server(1),
                        "to see it listed",
                        Requester.OPERATOR)),
                0);
        duties.stateChanged(log.state());

        OperationStatus running = operations(0).getOperations(0);
        assertThat(running.getReason()).isEqualTo("to see it listed");
        assertThat(running.getSource()).isEqualTo(2);
        assertThat(running.getStepsTotal()).isEqualTo(8);
        assertThat(operations(running.getNumber()).getOperationsList()).containsExactly(running);
        assertThatThrownBy(() -> operations(77)).hasMessageContaining("There is no operation 77");
        assertRefused(
                ChangeRequest.newBuilder()
                        .setRemoveServer(RemoveServer.newBuilder().setServer("s1")),
                ErrorCode.SAFETY_REFUSED);

        assertThat(change(ChangeRequest.newBuilder()
                                .setPauseOperations(PauseOperations.newBuilder().setPaused(true)))
                        .getChanged())
                .isTrue();
        assertThat(operations(0).getPaused()).isTrue();
        ChangeRequest.Builder cancel = ChangeRequest.newBuilder()
                .setCancelOperation(CancelOperation.newBuilder().setNumber(running.getNumber()));
        assertThat(change(cancel).getChanged()).isTrue();
        assertThat(operations(running.getNumber()).getOperations(0).getStatus()).isIn("CANCELLED", "UNDOING");
        assertRefused(
                ChangeRequest.newBuilder()
                        .setCancelOperation(CancelOperation.newBuilder().setNumber(77)),
                ErrorCode.NOT_FOUND);
    }

    // ---- The world around.

    private ClusterPlan plan(PlanQuestion.Builder question) {
        return ask(Question.newBuilder().setPlan(question)).getPlan();
    }

    private Operations operations(long number) {
        return ask(Question.newBuilder()
                        .setOperations(OperationsQuestion.newBuilder().setNumber(number)))
                .getOperations();
    }

    private List<String> explain(ExplainQuestion.Builder question) {
        return ask(Question.newBuilder().setExplain(question)).getExplain().getFactsList().stream()
                .map(fact -> fact.getName() + ": " + fact.getText())
                .toList();
    }

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
