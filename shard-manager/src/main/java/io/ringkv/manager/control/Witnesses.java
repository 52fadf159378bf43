package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.rpc.FollowerReport;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.PeerReport;
import io.ringkv.rpc.ReplicaReport;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What servers say of each other: on the links they use anyway, the leader of a shard notices which followers answer, and a
 * follower whom it follows; and each server probes a few others, whatever shards there are. So the manager need not judge by
 * its own links alone. Made from one instant of reports; pure.
 *
 * <p>Only what servers say counts that are heard themselves: the report of a silent one is of the past.
 *
 * @param accused by whom each server is said to be silent
 * @param vouched by whom each server is said to be there
 */
record Witnesses(Map<ServerId, Map<ServerId, Accusation>> accused, Map<ServerId, Map<ServerId, Voucher>> vouched) {

    /** A follower that answered its leader so lately is there. Leaders and followers hear from each other every few 100 ms. */
    private static final long THERE_MILLIS = 2_000;

    /** A server that was probed, or answered a probe, so lately is there. They probe each other every second or so. */
    private static final long ASKED_MILLIS = 2_500;

    private static final Voucher IN_ONE_SHARD = new Voucher(1, false);
    private static final String RUNNING = "RUNNING";
    private static final String FOLLOWER = "FOLLOWER";

    /**
     * What one server says against another.
     *
     * @param shards in how many shards it is silent
     * @param silentMillis for how long, at most
     * @param probed it does not answer probes
     * @param reached it probes the accuser: the fault goes one way
     */
    record Accusation(int shards, long silentMillis, boolean probed, boolean reached) {

        Accusation and(Accusation other) {
            return new Accusation(
                    shards + other.shards,
                    Math.max(silentMillis, other.silentMillis),
                    probed || other.probed,
                    reached || other.reached);
        }
    }

    /**
     * What one server says for another.
     *
     * @param shards in how many shards it is there
     * @param probed it answers probes
     */
    record Voucher(int shards, boolean probed) {

        Voucher and(Voucher other) {
            return new Voucher(shards + other.shards, probed || other.probed);
        }
    }

    /**
     * Asks all servers that are heard.
     *
     * @param silentMillis a follower that has not answered for so long is accused
     */
    static Witnesses ask(Collection<ManagedShard> shards, Fleet fleet, Predicate<ServerId> isHeard, long silentMillis) {
        Map<ServerId, Map<ServerId, Accusation>> accused = new TreeMap<>();
        Map<ServerId, Map<ServerId, Voucher>> vouched = new TreeMap<>();
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
                    vouch(witness, new ServerId(report.getLeaderHint()), IN_ONE_SHARD, vouched);
                }
            }
        }
        for (ServerId witness : fleet.servers()) {
            HeartbeatRequest latest = isHeard.test(witness) ? fleet.latest(witness) : null;
            if (latest != null) {
                latest.getPeersList().forEach(peer -> saw(witness, peer, silentMillis, accused, vouched));
            }
        }
        return new Witnesses(accused, vouched);
    }

    /** What a witness noticed by probing, and by being probed. */
    private static void saw(
            ServerId witness,
            PeerReport peer,
            long silentMillis,
            Map<ServerId, Map<ServerId, Accusation>> accused,
            Map<ServerId, Map<ServerId, Voucher>> vouched) {
        if (peer.getServerId() == 0 || peer.getServerId() == witness.value()) {
            return;
        }
        ServerId server = new ServerId(peer.getServerId());
        boolean reaches = peer.hasAskedMillis() && peer.getAskedMillis() < ASKED_MILLIS;
        if (peer.hasSilentMillis() && peer.getSilentMillis() >= silentMillis) {
            accuse(witness, server, new Accusation(0, peer.getSilentMillis(), true, reaches), accused);
        } else if (reaches && accused.getOrDefault(server, Map.of()).containsKey(witness)) {
            accuse(witness, server, new Accusation(0, 0, false, true), accused);
        }
        boolean answers = peer.hasSilentMillis() && peer.getSilentMillis() < ASKED_MILLIS;
        if (answers) {
            vouch(witness, server, new Voucher(0, true), vouched);
        }
    }

    private static void accuse(
            ServerId witness,
            ServerId server,
            Accusation accusation,
            Map<ServerId, Map<ServerId, Accusation>> accused) {
        accused.computeIfAbsent(server, first -> new TreeMap<>()).merge(witness, accusation, Accusation::and);
    }

    private static void say(
            ServerId witness,
            FollowerReport follower,
            List<ServerId> voters,
            long silentMillis,
            Map<ServerId, Map<ServerId, Accusation>> accused,
            Map<ServerId, Map<ServerId, Voucher>> vouched) {
        if (follower.getServerId() == 0) {
            return;
        }
        ServerId server = new ServerId(follower.getServerId());
        if (server.equals(witness) || !voters.contains(server)) {
            return;
        }
        if (follower.getSilentMillis() >= silentMillis) {
            accuse(witness, server, new Accusation(1, follower.getSilentMillis(), false, false), accused);
        } else if (follower.getSilentMillis() < THERE_MILLIS) {
            vouch(witness, server, IN_ONE_SHARD, vouched);
        }
    }

    private static void vouch(
            ServerId witness, ServerId server, Voucher voucher, Map<ServerId, Map<ServerId, Voucher>> vouched) {
        if (!server.equals(witness)) {
            vouched.computeIfAbsent(server, first -> new TreeMap<>()).merge(witness, voucher, Voucher::and);
        }
    }

    /** Those who say that the server is silent. */
    Map<ServerId, Accusation> accusersOf(ServerId server) {
        return accused.getOrDefault(server, Map.of());
    }

    /** Those who say that the server is there. */
    Map<ServerId, Voucher> vouchersFor(ServerId server) {
        return vouched.getOrDefault(server, Map.of());
    }
}
