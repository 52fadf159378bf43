package io.ringkv.client.route;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ReplicaRecord;
import io.ringkv.common.shardmap.ReplicaRole;
import io.ringkv.common.shardmap.ShardRecord;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The way to one shard: its newest known record, and the server believed to lead it. The belief comes from what servers
 * answer, else from hints in the shard map; it may always be wrong.
 */
public final class ShardRoute {

    private ShardRecord record;
    private List<ServerId> voters;
    private @Nullable ServerId leader;
    private long leaderTerm;
    private int rotation;
    private long revisionSeen;

    ShardRoute(ShardRecord record) {
        this.record = record;
        this.voters = votersOf(record);
        this.leader = record.leaderHint();
    }

    private static List<ServerId> votersOf(ShardRecord record) {
        return record.replicas().stream()
                .filter(replica -> replica.role() == ReplicaRole.VOTER)
                .map(ReplicaRecord::server)
                .toList();
    }

    /** Number of the shard. */
    public ShardId id() {
        return record.id();
    }

    /** The newest record. */
    public ShardRecord record() {
        return record;
    }

    /** Servers that may lead or answer reads. */
    public List<ServerId> voters() {
        return voters;
    }

    /** The server believed to lead; null if none is. */
    public @Nullable ServerId leader() {
        return leader;
    }

    void update(ShardRecord newer) {
        if (newer.incarnation() != record.incarnation()) {
            revisionSeen = 0;
        }
        record = newer;
        voters = votersOf(newer);
        if (leader != null && !voters.contains(leader)) {
            leader = null;
        }
        if (leader == null) {
            leader = newer.leaderHint();
        }
    }

    /** Highest revision of the present incarnation that this client has written or seen; 0 = none. */
    public long revisionSeen() {
        return revisionSeen;
    }

    /** A state of an incarnation of the shard was written or seen. */
    public void seen(int incarnation, long revision) {
        if (incarnation == record.incarnation() && revision > revisionSeen) {
            revisionSeen = revision;
        }
    }

    /** A hint from the shard map's publisher: one that is no news does not outweigh what servers answered since. */
    void leaderPublished(ServerId server, long term) {
        if (term > leaderTerm || (leader == null && term == leaderTerm)) {
            leaderTerm = term;
            leader = server;
        }
    }

    /** A server named the leader, or answered as leader itself. */
    public void leaderHeard(ServerId server) {
        leader = server;
    }

    /** This server does not lead, or is not reachable. */
    public void notLeading(ServerId server) {
        if (server.equals(leader)) {
            leader = null;
        }
    }

    /**
     * The server to ask for something that needs the leader: the one believed to lead, unless it is unusable or was tried;
     * else the next of the others, in rotation.
     *
     * @param usable whether it makes sense to send to a server now
     * @param tried servers to leave out
     * @return null if none is left
     */
    public @Nullable ServerId chooseLeader(Predicate<ServerId> usable, List<ServerId> tried) {
        ServerId believed = leader;
        if (believed != null && !tried.contains(believed) && usable.test(believed)) {
            return believed;
        }
        return chooseAny(usable, tried);
    }

    /** The next replica in rotation that is usable and was not tried; null if none is left. */
    public @Nullable ServerId chooseAny(Predicate<ServerId> usable, List<ServerId> tried) {
        int count = voters.size();
        for (int i = 0; i < count; i++) {
            ServerId candidate = voters.get((rotation + i) % count);
            if (!tried.contains(candidate) && usable.test(candidate)) {
                rotation = (rotation + i + 1) % count;
                return candidate;
            }
        }
        return null;
    }
}
