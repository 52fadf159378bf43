package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.liveness.LivenessDetector;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.operation.OperationKind;
import io.ringkv.manager.operation.OperationOrder;
import io.ringkv.manager.operation.Operations;
import io.ringkv.manager.operation.Requester;
import io.ringkv.manager.placement.Finding;
import io.ringkv.manager.placement.FindingKind;
import io.ringkv.manager.placement.PlacementChecker;
import io.ringkv.manager.placement.PlacementView;
import io.ringkv.manager.placement.Planner;
import io.ringkv.manager.placement.Proposal;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.manager.state.StartOperation;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Starts operations by the manager's own rules: mends what is wrong, empties servers that are to go, evens out. Looks every
 * now and then, and starts as much as the limits admit.
 *
 * <p>Careful at the entrance: a manager that has just come to lead waits until every server that should report has done so,
 * or was silent long enough to be suspected; nothing is evened out while servers come and go; a shard on which an operation
 * has failed is left alone for a while, as is one whose first leader is still being moved or that nobody is seen to lead.
 *
 * <p>Soft state of one leadership. Belongs to the control thread.
 */
final class PolicyDesk {

    private static final int NOTICES_MOST = 5;

    private final Fleet fleet;
    private final ShardSightings sightings;
    private final LivenessDetector detector;
    private final ControlSettings settings;
    private final ProposalDesk proposals;
    private final RetryHolds holds;
    private final Set<Long> endedSeen = new TreeSet<>();

    /** Subjects of the proposals to start something. */
    private final Set<String> starting = new TreeSet<>();

    private ClusterState state;

    /** What was wrong when it was last looked at. */
    private List<Finding> findings = List.of();

    private Map<ServerId, Long> presence = Map.of();
    private long presenceSinceMillis;
    private long lookedMillis;
    private int failuresSeen;

    PolicyDesk(
            Fleet fleet,
            ShardSightings sightings,
            LivenessDetector detector,
            ControlSettings settings,
            ClusterState state,
            ProposalDesk proposals) {
        this.fleet = fleet;
        this.sightings = sightings;
        this.detector = detector;
        this.settings = settings;
        this.proposals = proposals;
        this.holds = new RetryHolds(settings.operations().retryAfterMillis());
        this.state = state;
        state.operations().finished().forEach(operation -> endedSeen.add(operation.number()));
    }

    /** The log went on. */
    void update(ClusterState newer, long nowMillis) {
        state = newer;
        Set<Long> ended = new TreeSet<>();
        for (Operation operation : newer.operations().finished()) {
            ended.add(operation.number());
            if (!endedSeen.contains(operation.number())) {
                holds.ended(operation, nowMillis);
            }
        }
        endedSeen.clear();
        endedSeen.addAll(ended);
    }

    /** What cannot be mended without help: sentences for people, not all of very many. */
    List<String> notices() {
        return findings.stream()
                .filter(finding -> finding.needsPlace()
                        || finding.kind() == FindingKind.UNDER_MAJORITY
                        || finding.kind() == FindingKind.DISK_FULL)
                .limit(NOTICES_MOST)
                .map(Finding::sentence)
                .toList();
    }

    /** Time went on. */
    void tick(long nowMillis) {
        notePresence(nowMillis);
        if (!state.isPlaced()
                || nowMillis - lookedMillis < settings.operations().lookMillis()
                || !hasHeardEnough(nowMillis)) {
            return;
        }
        lookedMillis = nowMillis;
        if (proposals.failures() != failuresSeen) {
            // What was proposed last may have been logged and not show yet: it would be started beyond the limits.
            failuresSeen = proposals.failures();
            return;
        }
        holds.tick(nowMillis);
        Map<ShardId, ServerId> lost = lostVoters();
        PlacementView view = PlacementViews.of(
                state, fleet, detector, shard -> isOnHold(shard, nowMillis) || lost.containsKey(shard));
        findings = PlacementChecker.check(view);
        // What is about to start counts as much as what runs, but is not in the books yet.
        starting.removeIf(subject -> !proposals.isUnderWay(subject));
        if (!starting.isEmpty()
                || state.operations().paused()
                || state.operations().running().size() >= Operations.MAX_RUNNING) {
            return;
        }
        boolean isCalm =
                nowMillis - presenceSinceMillis >= settings.operations().calmMillis();
        boolean isRepair = findings.stream().anyMatch(finding -> finding.remedy() != null);
        if (isRepair || isCalm) {
            List<Proposal> wanted = Planner.propose(view, findings).stream()
                    .filter(proposal -> canStart(proposal, nowMillis))
                    .toList();
            settings.operations().limits().admit(wanted, view).forEach(this::start);
        }
        startRemovalOf(lost, nowMillis);
    }

    /** When servers last came, went, or started anew: what is uneven then may be even again in a moment. */
    private void notePresence(long nowMillis) {
        Map<ServerId, Long> present = new TreeMap<>();
        for (RegisteredServer server : state.servers().values()) {
            HeartbeatRequest latest = fleet.latest(server.record().id());
            if (latest != null && detector.isHeard(server.record().id())) {
                present.put(server.record().id(), latest.getBootId());
            }
        }
        if (!present.equals(presence)) {
            presence = present;
            presenceSinceMillis = nowMillis;
        }
    }

    private boolean hasHeardEnough(long nowMillis) {
        return nowMillis >= settings.liveness().suspectMillis()
                || state.servers().values().stream()
                        .filter(server -> server.record().state() != ServerState.DOWN && server.isPresent())
                        .allMatch(server -> fleet.latest(server.record().id()) != null);
    }

    private boolean isOnHold(ShardId shard, long nowMillis) {
        ManagedShard known = state.shards().get(shard);
        return known == null || !known.settled() || holds.isHeld(shard, nowMillis);
    }

    /** Whether there is a leader to carry it out, and the target is free of what it had before. */
    private boolean canStart(Proposal proposal, long nowMillis) {
        ManagedShard shard = state.shards().get(proposal.shard());
        ServerId target = proposal.target();
        return shard != null
                && sightings.leader(shard) != null
                && !holds.isHeld(proposal.shard(), proposal.kind(), nowMillis)
                && (target == null || state.operations().cleaning(proposal.shard(), target) == null);
    }

    private void start(Proposal proposal) {
        String reason = proposal.rule().text() + ": " + proposal.reason() + " " + proposal.gain();
        start(proposal.shard(), proposal.kind(), proposal.source(), proposal.target(), reason.strip());
    }

    private void start(
            ShardId shard, OperationKind kind, @Nullable ServerId source, @Nullable ServerId target, String reason) {
        String fitting = reason.length() <= OperationOrder.MAX_REASON_LENGTH
                ? reason
                : reason.substring(0, OperationOrder.MAX_REASON_LENGTH);
        String subject = "start on " + shard;
        starting.add(subject);
        proposals.propose(
                subject,
                new StartOperation(new OperationOrder(kind, shard, source, target, fitting, Requester.POLICY)));
    }

    /**
     * A server that lives but has lost the files of a replica does not show as dead. The replica must leave the shard before
     * it may be made anew; that leaves the shard no worse off, as a voter without memory is of no use to it.
     */
    private void startRemovalOf(Map<ShardId, ServerId> lost, long nowMillis) {
        lost.forEach((shard, voter) -> {
            ManagedShard known = state.shards().get(shard);
            if (known != null
                    && state.operations().of(shard) == null
                    && !isOnHold(shard, nowMillis)
                    && sightings.leader(known) != null) {
                start(
                        shard,
                        OperationKind.REMOVE_REPLICA,
                        voter,
                        null,
                        "renew-lost: the server has lost the files of its replica, which is to be made anew");
            }
        });
    }

    /** Of each shard that has such, the first voter that has lost its files, if the others can do without it. */
    private Map<ShardId, ServerId> lostVoters() {
        Map<ShardId, ServerId> lostVoters = new TreeMap<>();
        for (ManagedShard shard : state.shards().values()) {
            List<ServerId> voters = shard.record().voters();
            List<ServerId> lost =
                    voters.stream().filter(voter -> hasLost(voter, shard)).toList();
            int complete = voters.size() - lost.size();
            if (!lost.isEmpty() && 2 * complete > voters.size() - 1 && voters.size() > 2) {
                lostVoters.put(shard.record().id(), lost.get(0));
            }
        }
        return lostVoters;
    }

    private boolean hasLost(ServerId voter, ManagedShard shard) {
        ReplicaReport report = fleet.replica(voter, shard);
        return report != null && report.getLedgerState() == LedgerState.LEDGER_STATE_LOST && detector.isHeard(voter);
    }
}
