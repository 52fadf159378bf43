package io.ringkv.manager.control;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.RecoverShard;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.RecoverableReplica;
import io.ringkv.rpc.RecoveryPlan;
import io.ringkv.rpc.RecoveryQuestion;
import io.ringkv.rpc.ReplicaReport;
import io.ringkv.rpc.ShardRecovery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What can be done for shards whose majority is lost for good, and what that would cost. By books and reports of one instant;
 * one instance for one question. Belongs to the control thread.
 *
 * <p>The best survivor is the one whose log ends last, by term and then index: of all that are left it holds every entry that
 * any of them holds and that was committed.
 */
final class Recovery {

    private static final Comparator<Candidate> BY_LOG = Comparator.comparingLong(
                    (Candidate candidate) -> candidate.report().getLastLogTerm())
            .thenComparingLong(candidate -> candidate.report().getLastLogIndex())
            .thenComparingLong(candidate -> candidate.report().getAppliedIndex())
            .thenComparing(Candidate::server, Comparator.reverseOrder());

    private final ClusterState state;
    private final LeaderDuties duties;

    Recovery(ClusterState state, LeaderDuties duties) {
        this.state = state;
        this.duties = duties;
    }

    /** A replica that a shard could go on from. */
    private record Candidate(ServerId server, GroupId group, ReplicaReport report) {}

    /** What a recovery would come to: of one shard, or of all that have lost their majority. */
    Answer plan(RecoveryQuestion question) {
        RecoveryPlan.Builder plan = RecoveryPlan.newBuilder();
        if (question.getShard() != 0) {
            plan.addShards(plan(find(question.getShard())));
        } else {
            state.shards().values().stream().filter(this::isLost).forEach(shard -> plan.addShards(plan(shard)));
        }
        return Answer.newBuilder().setRecovery(plan).build();
    }

    private ShardRecovery plan(ManagedShard shard) {
        ShardRecovery.Builder plan = ShardRecovery.newBuilder()
                .setShard(shard.record().id().value())
                .setIncarnation(shard.record().incarnation());
        List<Candidate> candidates = candidates(shard);
        Set<ServerId> concerned = new TreeSet<>(shard.record().voters());
        candidates.forEach(candidate -> concerned.add(candidate.server()));
        concerned.forEach(server -> plan.addReplicas(replica(shard, server, candidates)));
        Candidate best = best(candidates);
        String refusal = refusal(shard, best);
        if (refusal.isEmpty() && best != null) {
            plan.setSurvivor(label(best.server())).addAllLosses(losses(shard, best));
        }
        return plan.setRefusal(refusal).build();
    }

    private RecoverableReplica replica(ManagedShard shard, ServerId server, List<Candidate> candidates) {
        Candidate usable = candidates.stream()
                .filter(candidate -> candidate.server().equals(server))
                .findFirst()
                .orElse(null);
        ReplicaReport report = usable != null ? usable.report() : duties.fleet().replica(server, shard);
        RecoverableReplica.Builder replica = RecoverableReplica.newBuilder()
                .setServer(label(server))
                .setState(String.valueOf(state.stateOf(server)))
                .setUsable(usable != null);
        if (usable == null) {
            replica.setTrouble(trouble(server, report));
        }
        if (report != null) {
            replica.setLastLogTerm(report.getLastLogTerm())
                    .setLastLogIndex(report.getLastLogIndex())
                    .setAppliedIndex(report.getAppliedIndex())
                    .setKeys(report.getKeys());
        }
        return replica.build();
    }

    private String trouble(ServerId server, @Nullable ReplicaReport report) {
        if (!duties.detector().isHeard(server)) {
            return "its server is not heard";
        }
        if (report == null) {
            return "its server has no replica of it";
        }
        return report.getFailure().isEmpty()
                ? "it is " + report.getLifeCycle()
                : "it is " + report.getLifeCycle() + ": " + report.getFailure();
    }

    /** Replicas whose log can be read, on servers that are heard: of the present incarnation, else of the one before. */
    private List<Candidate> candidates(ManagedShard shard) {
        List<Candidate> candidates =
                candidates(Set.copyOf(shard.record().voters()), shard.record().group());
        GroupId former = shard.formerGroup();
        return candidates.isEmpty() && former != null
                ? candidates(duties.fleet().servers(), former)
                : candidates;
    }

    private List<Candidate> candidates(Set<ServerId> servers, GroupId group) {
        List<Candidate> candidates = new ArrayList<>();
        for (ServerId server : new TreeSet<>(servers)) {
            ReplicaReport report = duties.fleet().replica(server, group);
            if (report != null && duties.detector().isHeard(server) && isUsable(report)) {
                candidates.add(new Candidate(server, group, report));
            }
        }
        return candidates;
    }

    private static boolean isUsable(ReplicaReport report) {
        LedgerState ledger = report.getLedgerState();
        boolean isThere = ledger == LedgerState.LEDGER_STATE_MEMBER || ledger == LedgerState.LEDGER_STATE_PREPARED;
        return isThere && report.getLastLogIndex() > 0;
    }

    private static @Nullable Candidate best(List<Candidate> candidates) {
        return candidates.stream().max(BY_LOG).orElse(null);
    }

    /** Whether so many voters are gone for good, as far as is known, that no majority is left. */
    private boolean isLost(ManagedShard shard) {
        List<ServerId> voters = shard.record().voters();
        long left = voters.stream().filter(voter -> !isGone(voter, shard)).count();
        return 2 * left <= voters.size();
    }

    private boolean isGone(ServerId voter, ManagedShard shard) {
        ServerState known = state.stateOf(voter);
        if (known == null || known == ServerState.DOWN || known == ServerState.REMOVED) {
            return true;
        }
        if (!duties.detector().isHeard(voter)) {
            return false;
        }
        ReplicaReport report = duties.fleet().replica(voter, shard);
        GroupId former = shard.formerGroup();
        boolean isBeingMade = former != null && duties.fleet().replica(voter, former) != null;
        return report == null ? !isBeingMade : report.getLedgerState() == LedgerState.LEDGER_STATE_LOST;
    }

    private String refusal(ManagedShard shard, @Nullable Candidate best) {
        if (!isLost(shard)) {
            return "Most of its replicas are not known to be gone. If a server that is silent is down for good: ringkv"
                    + " server confirm-down ID, or wait until it is declared DOWN.";
        }
        return best == null ? "No server that is heard has a replica that could be read. Bring one back." : "";
    }

    private List<String> losses(ManagedShard shard, Candidate best) {
        String gone = shard.record().voters().stream()
                .filter(voter -> !voter.equals(best.server()))
                .map(this::label)
                .collect(Collectors.joining(", "));
        ReplicaReport report = best.report();
        List<String> losses = new ArrayList<>();
        losses.add("It goes on from " + label(best.server()) + ", whose log ends at entry " + report.getLastLogIndex()
                + " of term " + report.getLastLogTerm() + ": writes that were acknowledged after it, by others alone ("
                + gone + "), are lost.");
        for (ServerId voter : shard.record().voters()) {
            ReplicaReport last = duties.fleet().replica(voter, shard);
            if (last != null && last.getCommitIndex() > report.getLastLogIndex()) {
                losses.add(label(voter) + " has last reported entries up to " + last.getCommitIndex()
                        + " as committed: at least " + (last.getCommitIndex() - report.getLastLogIndex())
                        + " entries are lost.");
            }
        }
        losses.add("All sessions end: writes whose outcome their clients do not know yet stay unknown.");
        losses.add(
                "Replicas of the former incarnation are deleted wherever they turn up. If one of the lost servers can be"
                        + " brought back with its data, do that instead.");
        return losses;
    }

    /**
     * The command that recovers a shard.
     *
     * @param accepted whether the operator accepts the loss
     * @param wanted label or id of the server to go on from, empty for the best
     * @throws RingKvException SAFETY_REFUSED, with what would help
     */
    RecoverShard command(int number, boolean accepted, String wanted) {
        ManagedShard shard = find(number);
        List<Candidate> candidates = candidates(shard);
        if (!wanted.isEmpty()) {
            ServerId only = AdminDesk.find(state, wanted);
            candidates = candidates.stream()
                    .filter(candidate -> candidate.server().equals(only))
                    .toList();
        }
        Candidate best = best(candidates);
        String refusal = refusal(shard, best);
        if (!refusal.isEmpty() || best == null) {
            throw RingKvException.builder(ErrorCode.SAFETY_REFUSED)
                    .sentence("Shard " + number + " cannot be recovered with loss now")
                    .advice(refusal)
                    .build();
        }
        String loss = losses(shard, best).get(0);
        if (!accepted) {
            throw RingKvException.builder(ErrorCode.SAFETY_REFUSED)
                    .sentence("Data may be lost. " + loss)
                    .advice("See ringkv recover plan; to accept the loss: --accept-loss.")
                    .build();
        }
        String kept =
                loss.length() <= RecoverShard.MAX_LOSS_LENGTH ? loss : loss.substring(0, RecoverShard.MAX_LOSS_LENGTH);
        return new RecoverShard(shard.record().id(), best.server(), best.group(), duties.newGroup(), kept);
    }

    private ManagedShard find(int number) {
        ManagedShard shard = number < 1 ? null : state.shards().get(new ShardId(number));
        if (shard == null) {
            throw new RingKvException(ErrorCode.SHARD_NOT_FOUND, "There is no shard " + number);
        }
        return shard;
    }

    private String label(ServerId server) {
        return Answers.label(state, server);
    }
}
