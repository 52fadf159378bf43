package io.ringkv.manager.control;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.rpc.ReplicaReport;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which replicas hold all that their shard has committed, but for the moment that entries travel. A replica that runs is not
 * enough: one that comes back lacks what was written meanwhile, and until it has that, the shard has a copy less.
 *
 * <p>Strict at the entrance: a replica has caught up once it has applied what the leader reported as committed <em>after</em>
 * the replica came up; or, as reports of both are taken at different times and writes go on, what the leader reported one
 * report earlier, if that was after it came up too. Patient at the exit: it is behind again only when it lacks what was
 * committed for longer than the patience. A server that starts again starts from the entrance.
 *
 * <p>Soft state of one leadership, made of heartbeats only: a new leader knows of nobody until a shard's leader has reported.
 * Belongs to the control thread.
 */
final class CatchUp {

    private final long patienceMillis;
    private final Map<ShardId, Progress> progress = new TreeMap<>();
    private long patienceBegan;

    /** @param patienceMillis how long a replica may lack what is committed; counted once or twice */
    CatchUp(long patienceMillis) {
        this.patienceMillis = patienceMillis;
    }

    /**
     * Takes in what a voter of a shard says of its replica.
     *
     * @param bootId which run of the server's process says so
     * @param report null if it says nothing of it
     */
    void reported(ServerId server, long bootId, ManagedShard shard, @Nullable ReplicaReport report) {
        GroupId group = shard.record().group();
        Progress of = progress.get(shard.record().id());
        if (of == null || !of.group.equals(group)) {
            of = new Progress(group);
            progress.put(shard.record().id(), of);
        }
        of.reported(server, bootId, report);
    }

    /** Whether the replica has caught up. */
    boolean isDone(ServerId server, ManagedShard shard) {
        Progress of = progress.get(shard.record().id());
        Replica replica = of == null || !of.group.equals(shard.record().group()) ? null : of.replicas.get(server);
        return replica != null && replica.isDone;
    }

    /** Time went on. */
    void tick(long nowMillis) {
        if (nowMillis - patienceBegan >= patienceMillis) {
            patienceBegan = nowMillis;
            progress.values().forEach(Progress::endPatience);
        }
    }

    /** Forgets all other shards. */
    void retain(Set<ShardId> shards) {
        progress.keySet().retainAll(shards);
    }

    /** The replicas of one incarnation of a shard. */
    private static final class Progress {

        private final GroupId group;
        private final Map<ServerId, Replica> replicas = new TreeMap<>();
        private long leaderTerm;
        private long leaderReports;
        private long committed;
        private long committedBefore;
        private long committedOnePatienceAgo;
        private long committedLongAgo;

        Progress(GroupId group) {
            this.group = group;
        }

        void reported(ServerId server, long bootId, @Nullable ReplicaReport report) {
            if (report == null || !Fleet.isHealthy(report)) {
                replicas.remove(server);
                return;
            }
            Replica replica = replicas.get(server);
            if (replica == null || replica.bootId != bootId || report.getAppliedIndex() < replica.applied) {
                replica = new Replica(bootId, leaderReports);
                replicas.put(server, replica);
            }
            replica.applied = report.getAppliedIndex();
            // One that was deposed and has not noticed knows nothing of what is committed.
            if (report.getLeaderReady() && report.getTerm() >= leaderTerm) {
                leaderTerm = report.getTerm();
                leaderReports++;
                committedBefore = committed;
                committed = Math.max(committed, report.getCommitIndex());
                replica.isDone = true;
                replicas.values().forEach(this::judge);
            } else {
                judge(replica);
            }
        }

        private void judge(Replica replica) {
            if (replica.isDone) {
                replica.isDone = replica.applied >= committedLongAgo;
                return;
            }
            long reportsSince = leaderReports - replica.leaderReportsBefore;
            replica.isDone = (reportsSince >= 1 && replica.applied >= committed)
                    || (reportsSince >= 2 && replica.applied >= committedBefore);
        }

        void endPatience() {
            committedLongAgo = committedOnePatienceAgo;
            committedOnePatienceAgo = committed;
        }
    }

    /** One replica in one run of its server. */
    private static final class Replica {

        private final long bootId;
        private final long leaderReportsBefore;
        private long applied;
        private boolean isDone;

        Replica(long bootId, long leaderReportsBefore) {
            this.bootId = bootId;
            this.leaderReportsBefore = leaderReportsBefore;
        }
    }
}
