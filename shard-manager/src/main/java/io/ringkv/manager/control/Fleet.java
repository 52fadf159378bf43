package io.ringkv.manager.control;

import com.google.protobuf.ByteString;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.ReplicaReport;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The last heartbeat of every server: soft state of one leadership, never logged. Belongs to the control thread.
 *
 * <p>Which heartbeat is the last is told by its sequence, within one run of a process. A new run shows by a new boot id. If
 * the boot id of an earlier run is heard again, two processes share an identity: a copied data directory.
 */
final class Fleet {

    private static final String RUNNING = "RUNNING";
    private static final int FORMER_BOOTS_KEPT = 8;

    /** What a heartbeat turned out to be. */
    enum Reception {
        /** The newest of its server. */
        NEWEST,
        /** Overtaken by a later one, or repeated. */
        LATE,
        /** From a second process under the same identity. */
        TWIN
    }

    private final Map<ServerId, Contact> contacts = new TreeMap<>();
    private long ringEpochSeen;

    Reception receive(ServerId server, HeartbeatRequest heartbeat) {
        ringEpochSeen(heartbeat.getRingEpochSeen());
        Contact contact = contacts.get(server);
        if (contact == null) {
            contacts.put(server, new Contact(heartbeat));
            return Reception.NEWEST;
        }
        return contact.receive(heartbeat);
    }

    /** Notes the ring epoch that a server has seen. */
    void ringEpochSeen(long ringEpoch) {
        ringEpochSeen = Math.max(ringEpochSeen, ringEpoch);
    }

    /** Highest ring epoch that any server has seen. */
    long ringEpochSeen() {
        return ringEpochSeen;
    }

    /** The last heartbeat, null if none arrived in this leadership. */
    @Nullable
    HeartbeatRequest latest(ServerId server) {
        Contact contact = contacts.get(server);
        return contact == null ? null : contact.latest;
    }

    /** All servers that were heard in this leadership. */
    Set<ServerId> servers() {
        return Collections.unmodifiableSet(contacts.keySet());
    }

    /** What the server says of its replica of the shard's present incarnation; null if it has none, or was not heard. */
    @Nullable
    ReplicaReport replica(ServerId server, ManagedShard shard) {
        return replica(server, shard.record().group());
    }

    /** The same for any Raft group. */
    @Nullable
    ReplicaReport replica(ServerId server, GroupId group) {
        Contact contact = contacts.get(server);
        return contact == null ? null : contact.replicas.get(IdMessages.toBytes(group));
    }

    /** The voter that says it leads and is ready, in the highest term; null if none does. */
    @Nullable
    Leader leaderOf(ManagedShard shard) {
        Leader leader = null;
        for (ServerId voter : shard.record().voters()) {
            ReplicaReport report = replica(voter, shard);
            if (report != null && report.getLeaderReady() && (leader == null || report.getTerm() > leader.term())) {
                leader = new Leader(voter, report.getTerm(), report);
            }
        }
        return leader;
    }

    /** Whether the replica takes part and has no failure. */
    static boolean isHealthy(@Nullable ReplicaReport report) {
        return report != null
                && report.getLifeCycle().equals(RUNNING)
                && report.getFailure().isEmpty();
    }

    /**
     * A leader as reported.
     *
     * @param server where it is
     * @param term Raft term in which it leads
     * @param report all it says of itself
     */
    record Leader(ServerId server, long term, ReplicaReport report) {}

    /** Heartbeats of one server. */
    private static final class Contact {

        private final Deque<Long> formerBoots = new ArrayDeque<>();
        private HeartbeatRequest latest;

        /** By Raft group; only ever looked up. */
        private Map<ByteString, ReplicaReport> replicas;

        Contact(HeartbeatRequest first) {
            this.latest = first;
            this.replicas = byGroup(first);
        }

        private static Map<ByteString, ReplicaReport> byGroup(HeartbeatRequest heartbeat) {
            Map<ByteString, ReplicaReport> byGroup = new HashMap<>();
            heartbeat.getReplicasList().forEach(report -> byGroup.put(report.getGroupId(), report));
            return byGroup;
        }

        Reception receive(HeartbeatRequest heartbeat) {
            if (heartbeat.getBootId() != latest.getBootId()) {
                if (formerBoots.contains(heartbeat.getBootId())) {
                    return Reception.TWIN;
                }
                formerBoots.addLast(latest.getBootId());
                if (formerBoots.size() > FORMER_BOOTS_KEPT) {
                    formerBoots.removeFirst();
                }
            } else if (heartbeat.getSequence() <= latest.getSequence()) {
                return Reception.LATE;
            }
            latest = heartbeat;
            replicas = byGroup(heartbeat);
            return Reception.NEWEST;
        }
    }
}
