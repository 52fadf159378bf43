package io.ringkv.manager.control;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.limit.LimitChecks;
import io.ringkv.manager.placement.Finding;
import io.ringkv.manager.placement.OperationLimits;
import io.ringkv.manager.placement.PlacementView;
import io.ringkv.manager.placement.Plan;
import io.ringkv.manager.placement.PlannedChange;
import io.ringkv.manager.placement.Proposal;
import io.ringkv.manager.placement.ServerView;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.ClusterPlan;
import io.ringkv.rpc.JoinServers;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.PlannedStep;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what a change would cost. Pure, and may take long: not for the control thread. */
final class PlanAnswers {

    /** More steps are counted, and not told one by one. */
    private static final int STEPS_TOLD = 2_000;

    private static final int FINDINGS_TOLD = 100;
    private static final int JOINING_MOST = 1_000;

    private PlanAnswers() {}

    /**
     * The plan for a change.
     *
     * @throws RingKvException {@code SERVER_NOT_FOUND} or {@code INVALID_ARGUMENT}
     */
    static Answer plan(ClusterState state, PlacementView view, OperationLimits limits, PlanQuestion question) {
        Plan plan = Plan.of(view, change(state, view, question), limits);
        ClusterPlan.Builder told = ClusterPlan.newBuilder()
                .setRingEpoch(state.ringEpoch())
                .addAllRefusals(plan.refusals())
                .addAllWarnings(plan.warnings())
                .setStepsTotal(plan.steps().size())
                .setShardsChanged(plan.cost().shardsChanged())
                .setReplicasCopied(plan.cost().replicasCopied())
                .setBytesCopied(plan.cost().bytesCopied())
                .setLeaderChanges(plan.cost().leaderChanges())
                .setLowestReplicas(plan.cost().lowestReplicas())
                .setEstimatedMillis(plan.cost().estimatedMillis());
        plan.steps().stream().limit(STEPS_TOLD).forEach(step -> told.addSteps(toMessage(plan.result(), step)));
        plan.remaining().stream().limit(FINDINGS_TOLD).map(Finding::sentence).forEach(told::addRemaining);
        return Answer.newBuilder().setPlan(told).build();
    }

    private static PlannedChange change(ClusterState state, PlacementView view, PlanQuestion question) {
        return switch (question.getChangeCase()) {
            case NOTHING -> new PlannedChange.Nothing();
            case JOIN -> join(view, question.getJoin());
            case DRAIN_SERVER ->
                new PlannedChange.Drain(
                        AdminDesk.find(state, question.getDrainServer().getServer()));
            case REMOVE_SERVER ->
                new PlannedChange.Remove(
                        AdminDesk.find(state, question.getRemoveServer().getServer()),
                        question.getRemoveServer().getForce());
            case MAINTAIN_SERVER ->
                new PlannedChange.Maintenance(
                        AdminDesk.find(state, question.getMaintainServer().getServer()),
                        question.getMaintainServer().getMillis() > 0);
            case REZONE_SERVER -> {
                String zone = question.getRezoneServer().getZone();
                if (!zone.isEmpty()) {
                    LimitChecks.checkLabel(zone);
                }
                yield new PlannedChange.Rezone(
                        AdminDesk.find(state, question.getRezoneServer().getServer()), zone);
            }
            case SET_REPLICATION_FACTOR ->
                new PlannedChange.Replication(question.getSetReplicationFactor().getReplicationFactor());
            // Managers have a desk of their own.
            case ADD_MANAGER, REMOVE_MANAGER, CHANGE_NOT_SET ->
                throw new RingKvException(ErrorCode.OPERATION_UNSUPPORTED, "This manager cannot plan such a change");
        };
    }

    /** Servers that do not exist yet, under ids that no server has. */
    private static PlannedChange join(PlacementView view, JoinServers join) {
        if (join.getServers() < 1 || join.getServers() > JOINING_MOST) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT,
                    "servers to join: " + join.getServers() + " (expected: 1 to " + JOINING_MOST + ")");
        }
        List<ServerView> joining = new ArrayList<>();
        long id = 1;
        while (joining.size() < join.getServers()) {
            ServerId candidate = new ServerId(id++);
            if (view.servers().stream().noneMatch(server -> server.server().equals(candidate))) {
                String label = "new" + (joining.size() + 1);
                String zone = join.getZonesCount() == 0 ? "" : join.getZones(joining.size() % join.getZonesCount());
                joining.add(ServerView.active(candidate, label, zone));
            }
        }
        return new PlannedChange.Join(joining);
    }

    private static PlannedStep toMessage(PlacementView view, Proposal step) {
        return PlannedStep.newBuilder()
                .setKind(step.kind().name())
                .setShard(step.shard().value())
                .setSource(label(view, step.source()))
                .setTarget(label(view, step.target()))
                .setRule(step.rule().text())
                .setReason(step.reason())
                .setGain(step.gain())
                .build();
    }

    private static String label(PlacementView view, @Nullable ServerId server) {
        if (server == null) {
            return "";
        }
        return view.servers().stream()
                .filter(candidate -> candidate.server().equals(server))
                .map(ServerView::label)
                .findFirst()
                .orElse(server.toString());
    }
}
