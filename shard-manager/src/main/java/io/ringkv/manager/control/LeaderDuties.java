package io.ringkv.manager.control;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.liveness.Liveness;
import io.ringkv.manager.liveness.LivenessDetector;
import io.ringkv.manager.placement.OperationLimits;
import io.ringkv.manager.placement.PlacementView;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.manager.state.SettleLeaders;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.rpc.support.ShardMapPublisher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this manager does while it leads, in one term: holds what servers report, judges their silence, proposes what
 * follows, and says what each server is to do. Everything it holds is soft and dies with the term.
 *
 * <p>It acts only while no server has seen a ring epoch above its own: otherwise its log is not the newest of this cluster,
 * and whatever it decided could destroy what a later one has made.
 *
 * <p>Belongs to the control thread.
 */
final class LeaderDuties {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderDuties.class);

    private final long term;
    private final ControlSettings settings;
    private final ProposalDesk proposals;
    private final ShardMapPublisher maps;
    private final Supplier<GroupId> groups;

    private final Fleet fleet = new Fleet();
    private final ServerWatch watch;
    private final LivenessDetector detector;
    private final FirstLeaders firstLeaders;
    private final CatchUp catchUp;
    private final OperationDesk operationDesk;
    private final CleaningDesk cleaningDesk;
    private final DivergenceDesk divergenceDesk;
    private final PolicyDesk policyDesk;
    private ClusterState state;

    /** Parts of the state that every heartbeat needs, sorted out once per change. */
    private Map<ServerId, List<ManagedShard>> shardsOf = Map.of();

    private List<ManagedShard> unsettled = List.of();
    private String placementWaitsFor = "";
    private long behindSinceMillis = -1;
    private long nowMillis;

    /**
     * Begins a leadership.
     *
     * @param thread the control thread
     * @param maps is told who leads which shard
     * @param groups gives a new random group id with each call
     */
    LeaderDuties(
            long term,
            ControlSettings settings,
            ClusterState state,
            Proposer proposer,
            Executor thread,
            ShardMapPublisher maps,
            Supplier<GroupId> groups) {
        this.term = term;
        this.settings = settings;
        this.state = state;
        this.maps = maps;
        this.groups = groups;
        this.proposals = new ProposalDesk(term, proposer, thread, this::stateChanged);
        this.watch = new ServerWatch(fleet, settings.liveness(), state, proposals);
        this.detector = watch.detector();
        this.firstLeaders = new FirstLeaders(settings);
        this.catchUp = new CatchUp(settings.liveness().suspectMillis());
        ShardSightings sightings = new ShardSightings(fleet, detector::isHeard);
        this.operationDesk = new OperationDesk(sightings, settings.operations(), state, proposals);
        this.cleaningDesk = new CleaningDesk(fleet, sightings, state, proposals);
        this.divergenceDesk = new DivergenceDesk(fleet, state);
        this.policyDesk = new PolicyDesk(fleet, sightings, detector, settings, state, proposals);
        sortOut();
    }

    long term() {
        return term;
    }

    Fleet fleet() {
        return fleet;
    }

    LivenessDetector detector() {
        return detector;
    }

    CatchUp catchUp() {
        return catchUp;
    }

    /** What the planner looks at, at this instant. */
    PlacementView placementView() {
        return PlacementViews.of(state, fleet, detector, shard -> false);
    }

    OperationLimits operationLimits() {
        return settings.operations().limits();
    }

    OperationDesk operationDesk() {
        return operationDesk;
    }

    /** A new random group id. */
    GroupId newGroup() {
        return groups.get();
    }

    MaintenanceClock maintenanceClock() {
        return watch.maintenanceClock();
    }

    /** Milliseconds since this leadership began, as counted by ticks. */
    long observedMillis() {
        return nowMillis;
    }

    /** The log went on. */
    void stateChanged(ClusterState newer) {
        if (newer.history().total() <= state.history().total()) {
            return;
        }
        state = newer;
        sortOut();
        watch.update(newer);
        operationDesk.update(newer);
        cleaningDesk.update(newer);
        divergenceDesk.update(newer);
        policyDesk.update(newer, nowMillis);
        decide();
    }

    private void sortOut() {
        Map<ServerId, List<ManagedShard>> byServer = new TreeMap<>();
        for (ManagedShard shard : state.shards().values()) {
            for (ServerId voter : shard.record().voters()) {
                byServer.computeIfAbsent(voter, first -> new ArrayList<>()).add(shard);
            }
        }
        shardsOf = byServer;
        catchUp.retain(state.shards().keySet());
        unsettled = state.shards().values().stream()
                .filter(shard -> !shard.settled())
                .toList();
    }

    /** Time went on. */
    void tick(long elapsedMillis) {
        nowMillis += Math.max(0, elapsedMillis);
        detector.tick(elapsedMillis);
        catchUp.tick(nowMillis);
        decide();
    }

    /** A server says that it has seen this ring epoch. */
    void ringEpochSeen(long ringEpoch) {
        fleet.ringEpochSeen(ringEpoch);
    }

    /** Takes in a heartbeat of a registered server. */
    Fleet.Reception heartbeat(ServerId server, HeartbeatRequest heartbeat) {
        Fleet.Reception reception = fleet.receive(server, heartbeat);
        if (reception == Fleet.Reception.NEWEST) {
            detector.heard(server);
            lookAtReplicas(server, heartbeat.getBootId());
            decideOn(server, heartbeat);
        }
        return reception;
    }

    private void lookAtReplicas(ServerId server, long bootId) {
        for (ManagedShard shard : shardsOf.getOrDefault(server, List.of())) {
            ReplicaReport report = fleet.replica(server, shard);
            catchUp.reported(server, bootId, shard, report);
            divergenceDesk.reported(shard);
            if (report != null && report.getLeaderReady()) {
                maps.leaderHeard(shard.record().id(), server, report.getTerm());
            }
        }
    }

    /** What the server is to do now, by its last heartbeat. */
    List<Instruction> instructionsFor(ServerId server) {
        if (!isActing()) {
            return List.of();
        }
        List<ManagedShard> shards = shardsOf.getOrDefault(server, List.of());
        List<Instruction> instructions =
                new ArrayList<>(Instructions.missingReplicas(server, shards, state, fleet, settings.instructionsMax()));
        firstLeaders
                .toHandOver(server, shards, fleet, detector::isHeard, nowMillis)
                .forEach(shard -> instructions.add(Instructions.handOver(shard)));
        instructions.addAll(Instructions.recoveries(server, shards, state, fleet));
        instructions.addAll(operationDesk.instructionsFor(server));
        instructions.addAll(cleaningDesk.instructionsFor(server, settings.instructionsMax()));
        instructions.addAll(divergenceDesk.instructionsFor(server));
        return instructions;
    }

    /** Whether this manager's log is at least as new as what servers have seen. */
    boolean isActing() {
        return fleet.ringEpochSeen() <= state.ringEpoch();
    }

    /** What is held back or waited for, and why: sentences for people. */
    List<String> notices() {
        List<String> notices = new ArrayList<>();
        if (!isActing()) {
            notices.add("This manager does nothing: servers have seen ring epoch " + fleet.ringEpochSeen()
                    + " and its log ends at " + state.ringEpoch()
                    + ". Bring back the managers that have the newest log.");
        }
        if (!placementWaitsFor.isEmpty()) {
            notices.add(placementWaitsFor);
        }
        notices.addAll(watch.notices());
        notices.addAll(policyDesk.notices());
        notices.addAll(divergenceDesk.notices());
        return notices;
    }

    /** Who accuses whom of silence, at this instant. */
    Suspicions suspicions() {
        return watch.suspicions();
    }

    /** Proposes all that follows from what is known now. */
    private void decide() {
        if (!isActing()) {
            noteBehind();
            return;
        }
        behindSinceMillis = -1;
        watch.decide(nowMillis);
        decidePlacement();
        decideSettled();
        cleaningDesk.tick();
        operationDesk.tick(nowMillis);
        policyDesk.tick(nowMillis);
    }

    /** Proposes what may follow from a heartbeat of this server. */
    private void decideOn(ServerId id, HeartbeatRequest heartbeat) {
        RegisteredServer server = state.servers().get(id);
        if (isActing() && server != null) {
            watch.decideReturn(server);
            decidePlacement();
            decideSettled();
            cleaningDesk.reported(id, heartbeat);
            operationDesk.reported(id);
        }
    }

    /** A server may be ahead of us for a moment, by way of another manager; only what lasts is worth a line. */
    private void noteBehind() {
        if (behindSinceMillis < 0) {
            behindSinceMillis = nowMillis;
        } else if (behindSinceMillis != Long.MAX_VALUE
                && nowMillis - behindSinceMillis >= settings.liveness().suspectMillis()) {
            behindSinceMillis = Long.MAX_VALUE;
            LOG.error("event=manager-behind ringEpoch={} seen={}", state.ringEpoch(), fleet.ringEpochSeen());
        }
    }

    private void decideSettled() {
        List<ShardId> settled = firstLeaders.settled(unsettled, fleet, nowMillis);
        if (!settled.isEmpty()) {
            proposals.propose("settle", new SettleLeaders(settled));
        }
    }

    private void decidePlacement() {
        if (!state.exists() || state.isPlaced()) {
            placementWaitsFor = "";
            return;
        }
        if (proposals.isUnderWay("place")) {
            return;
        }
        PlacementStep step = PlacementStep.look(state, fleet, detector::isHeard, groups);
        if (!step.waitsFor().equals(placementWaitsFor)) {
            placementWaitsFor = step.waitsFor();
            LOG.info("event=first-placement waits=\"{}\"", placementWaitsFor);
        }
        if (step.command() != null) {
            proposals.propose("place", step.command());
        }
    }

    /** Whether the voter's replica takes part, is complete, and its server is heard. */
    boolean isWell(ServerId voter, ManagedShard shard) {
        return catchUp.isDone(voter, shard) && Fleet.isHealthy(fleet.replica(voter, shard)) && detector.isHeard(voter);
    }

    /** How silent a server is. */
    Liveness judge(ServerId server) {
        return detector.judge(server);
    }
}
