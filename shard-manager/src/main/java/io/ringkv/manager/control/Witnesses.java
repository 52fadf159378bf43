package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.rpc.FollowerReport;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.ReplicaReport;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What servers say of each other: on the links they use anyway, the leader of a shard notices which followers answer, and a
 * follower whom it follows. So the manager need not judge by its own links alone. Made from one instant of reports; pure.
 *
 * <p>Only what servers say counts that are heard themselves: the report of a silent one is of the past.
 *
 * @param accused by whom each server is said to be silent
 * @param vouched by whom each server is said to be there
 */
record Witnesses(Map<ServerId, Map<ServerId, Accusation>> accused, Map<ServerId, Map<ServerId, Integer>> vouched) {

    /** A follower that answered its leader so lately is there. Leaders and followers hear from each other every few 100 ms. */
    private static final long THERE_MILLIS = 2_000;

    private static final String RUNNING = "RUNNING";
    private static final String FOLLOWER = "FOLLOWER";

    /**
     * What one server says against another.
     *
     * @param shards in how many shards it is silent
     * @param silentMillis for how long, at most
     */
    record Accusation(int shards, long silentMillis) {

        Accusation and(Accusation other) {
            return new Accusation(shards + other.shards, Math.max(silentMillis, other.silentMillis));
        }
    }

    /**
     * Asks all servers that are heard.
     *
     * @param silentMillis a follower that has not answered for so long is accused
     */
    static Witnesses ask(Collection<ManagedShard> shards, Fleet fleet, Predicate<ServerId> isHeard, long silentMillis) {
        Map<ServerId, Map<ServerId, Accusation>> accused = new TreeMap<>();
        Map<ServerId, Map<ServerId, Integer>> vouched = new TreeMap<>();
        for (ManagedShard shard : shards) {
            List<ServerId> voters = shard.record().voters();
            for (ServerId witness : voters) {
                ReplicaReport report = isHeard.test(witness) ? fleet.replica(witness, shard) : null;
                HeartbeatRequest latest = fleet.latest(witness);
                if (report == null || latest == null || !report.getLifeCycle().equals(RUNNING)) {
                    continue;
                }
                if (report.getLeaderReady()) {
                    for (FollowerReport follower : report.getFollowersList()) {
                        say(witness, follower, voters, silentMillis, accused, vouched);
                    }
                } else if (report.getRole().equals(FOLLOWER) && report.getLeaderHint() != 0) {
                    vouch(witness, new ServerId(report.getLeaderHint()), vouched);
                }
            }
        }
        return new Witnesses(accused, vouched);
    }

    private static void say(
            ServerId witness,
            FollowerReport follower,
            List<ServerId> voters,
            long silentMillis,
            Map<ServerId, Map<ServerId, Accusation>> accused,
            Map<ServerId, Map<ServerId, Integer>> vouched) {
        if (follower.getServerId() == 0) {
            return;
        }
        ServerId server = new ServerId(follower.getServerId());
        if (server.equals(witness) || !voters.contains(server)) {
            return;
        }
        if (follower.getSilentMillis() >= silentMillis) {
            accused.computeIfAbsent(server, first -> new TreeMap<>())
                    .merge(witness, new Accusation(1, follower.getSilentMillis()), Accusation::and);
        } else if (follower.getSilentMillis() < THERE_MILLIS) {
            vouch(witness, server, vouched);
        }
    }

    private static void vouch(ServerId witness, ServerId server, Map<ServerId, Map<ServerId, Integer>> vouched) {
        if (!server.equals(witness)) {
            vouched.computeIfAbsent(server, first -> new TreeMap<>()).merge(witness, 1, Integer::sum);
        }
    }

    /** Those who say that the server is silent. */
    Map<ServerId, Accusation> accusersOf(ServerId server) {
        return accused.getOrDefault(server, Map.of());
    }

    /** Those who say that the server is there, and in how many shards. */
    Map<ServerId, Integer> vouchersFor(ServerId server) {
        return vouched.getOrDefault(server, Map.of());
    }
}
