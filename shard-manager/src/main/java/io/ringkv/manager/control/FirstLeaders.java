package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.state.ManagedShard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Brings leadership of newly placed shards to where placement wants it, then leaves it alone for ever.
 *
 * <p>All voters of a group have equal priority, so the first election may make any of them leader. The leader is asked to
 * hand over, a bounded number of times; a shard counts as settled when the wanted server leads, the tries are used up, or
 * patience ends. Soft state of one leadership; belongs to the control thread.
 */
final class FirstLeaders {

    private final ControlSettings settings;
    private final Map<ShardId, Progress> progress = new TreeMap<>();

    FirstLeaders(ControlSettings settings) {
        this.settings = settings;
    }

    /** Those of the unsettled shards that need no more moving. */
    List<ShardId> settled(List<ManagedShard> unsettled, Fleet fleet, long nowMillis) {
        List<ShardId> settled = new ArrayList<>();
        for (ManagedShard shard : unsettled) {
            ShardId id = shard.record().id();
            Fleet.Leader leader = fleet.leaderOf(shard);
            if (leader != null) {
                Progress of = progress.computeIfAbsent(id, absent -> new Progress(nowMillis));
                if (leader.server().equals(shard.firstLeader()) || isGivenUp(of, nowMillis)) {
                    settled.add(id);
                }
            }
        }
        return settled;
    }

    private boolean isGivenUp(Progress of, long nowMillis) {
        boolean triesUsedUp =
                of.tries >= settings.leaderTries() && nowMillis - of.lastTry >= settings.leaderTryMillis();
        return triesUsedUp || nowMillis - of.ledSince >= settings.leaderPatienceMillis();
    }

    /**
     * Shards led by this server that it should hand over now; each counts as a try.
     *
     * @param shards shards of which the server has a replica
     * @param isHeard whether a server is heard
     */
    List<ManagedShard> toHandOver(
            ServerId server, List<ManagedShard> shards, Fleet fleet, Predicate<ServerId> isHeard, long nowMillis) {
        List<ManagedShard> handOver = new ArrayList<>();
        for (ManagedShard shard : shards) {
            if (shard.settled() || shard.firstLeader().equals(server)) {
                continue;
            }
            Fleet.Leader leader = fleet.leaderOf(shard);
            if (leader != null
                    && leader.server().equals(server)
                    && isHeard.test(shard.firstLeader())
                    && Fleet.isHealthy(fleet.replica(shard.firstLeader(), shard))
                    && isTimeForATry(shard.record().id(), nowMillis)) {
                handOver.add(shard);
            }
        }
        return handOver;
    }

    private boolean isTimeForATry(ShardId shard, long nowMillis) {
        Progress of = progress.computeIfAbsent(shard, absent -> new Progress(nowMillis));
        if (of.tries >= settings.leaderTries()
                || (of.tries > 0 && nowMillis - of.lastTry < settings.leaderTryMillis())) {
            return false;
        }
        of.tries++;
        of.lastTry = nowMillis;
        return true;
    }

    /** How far one shard has come. */
    private static final class Progress {

        private final long ledSince;
        private int tries;
        private long lastTry;

        Progress(long ledSince) {
            this.ledSince = ledSince;
        }
    }
}
