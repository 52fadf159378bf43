package io.ringkv.rpc.support;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardMapDiff;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.LeaderHint;
import io.ringkv.rpc.ShardMapUpdate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The newest shard map a process knows, with the leaders last heard of, and who wants to be told of changes.
 *
 * <p>Listeners are only told <em>that</em> something changed and ask for {@link #changesSince}: a slow one skips what lies
 * between instead of collecting it. A bounded number of earlier maps is kept, so that the answer is a small difference
 * where possible.
 *
 * <p>Safe for use by any thread. Listeners run on the thread that brings the news, without a lock held.
 */
public final class ShardMapPublisher {

    /** Enough for a watcher that missed some changes in a row; one that missed more gets the whole map. */
    private static final int HISTORY_MAPS = 32;

    private final Object lock = new Object();
    private final Deque<ShardMap> history = new ArrayDeque<>();
    private final Map<ShardId, LeaderNews> leaders = new TreeMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable ShardMap current;
    private volatile long leaderVersion;

    /** Knows nothing yet. */
    public ShardMapPublisher() {}

    /** The newest map; empty before the first. */
    public Optional<ShardMap> current() {
        return Optional.ofNullable(current);
    }

    /**
     * Takes a map, if its ring epoch is above that of the newest one.
     *
     * @return whether it was news
     * @throws IllegalArgumentException if it is of another cluster
     */
    public boolean publish(ShardMap map) {
        synchronized (lock) {
            ShardMap known = current;
            if (known != null) {
                if (!known.cluster().equals(map.cluster())) {
                    throw new IllegalArgumentException(
                            "cluster of a shard map: " + map.cluster() + " (expected: " + known.cluster() + ")");
                }
                if (map.ringEpoch() <= known.ringEpoch()) {
                    return false;
                }
            }
            current = map;
            history.addLast(map);
            if (history.size() > HISTORY_MAPS) {
                history.removeFirst();
            }
            leaders.keySet().removeIf(shard -> map.shard(shard) == null);
        }
        listeners.forEach(Runnable::run);
        return true;
    }

    /**
     * Takes a hint about the leader of a shard, unless one of a higher term is known.
     *
     * @return whether it was news
     */
    public boolean leaderHeard(ShardId shard, ServerId leader, long term) {
        synchronized (lock) {
            LeaderNews known = leaders.get(shard);
            if (known != null && (known.term > term || (known.term == term && known.server.equals(leader)))) {
                return false;
            }
            leaderVersion++;
            leaders.put(shard, new LeaderNews(shard, leader, term, leaderVersion));
        }
        listeners.forEach(Runnable::run);
        return true;
    }

    /** The leader of a shard as last heard of. */
    public Optional<LeaderNews> leader(ShardId shard) {
        synchronized (lock) {
            return Optional.ofNullable(leaders.get(shard));
        }
    }

    /** From now on runs the listener after each change. */
    public void addListener(Runnable listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
    }

    /** Ends {@link #addListener}; it may still be running on another thread. */
    public void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    /**
     * What a receiver must learn that knows the map of one epoch and the leaders of one version.
     *
     * @param knownRingEpoch epoch the receiver has, 0 = none
     * @param knownLeaderVersion {@link Changes#leaderVersion} of what it was told last, 0 = nothing
     */
    public Changes changesSince(long knownRingEpoch, long knownLeaderVersion) {
        ShardMap from = null;
        ShardMap to;
        long version;
        List<LeaderNews> news = new ArrayList<>();
        synchronized (lock) {
            to = current;
            version = leaderVersion;
            for (ShardMap map : history) {
                if (map.ringEpoch() == knownRingEpoch) {
                    from = map;
                }
            }
            leaders.values().stream()
                    .filter(leader -> leader.version > knownLeaderVersion)
                    .forEach(news::add);
        }
        if (to == null || to.ringEpoch() <= knownRingEpoch) {
            return new Changes(knownRingEpoch, null, null, news, version);
        }
        ShardMapDiff diff = from == null ? null : ShardMapDiff.diff(from, to);
        return new Changes(to.ringEpoch(), diff == null ? to : null, diff, news, version);
    }

    /**
     * Who leads a shard.
     *
     * @param shard the shard
     * @param server its leader
     * @param term Raft term in which it led
     * @param version when this was heard, as a count of such news in this process
     */
    public record LeaderNews(ShardId shard, ServerId server, long term, long version) {}

    /**
     * Changes since an earlier state.
     *
     * @param ringEpoch epoch after the change
     * @param full the whole map; null if it did not change or {@code diff} says how
     * @param diff the difference; null if the map did not change, or too much
     * @param leaders leaders that are news, in the order of shards
     * @param leaderVersion what to ask with next time
     */
    public record Changes(
            long ringEpoch,
            @Nullable ShardMap full,
            @Nullable ShardMapDiff diff,
            List<LeaderNews> leaders,
            long leaderVersion) {

        /** Copies the list. */
        public Changes {
            leaders = List.copyOf(leaders);
        }

        /** Whether there is nothing to tell. */
        public boolean isEmpty() {
            return full == null && diff == null && leaders.isEmpty();
        }

        /** As the message that tells it; if there is nothing to tell, a sign of life. */
        public ShardMapUpdate toMessage() {
            ShardMapUpdate.Builder update = ShardMapUpdate.newBuilder().setRingEpoch(ringEpoch);
            if (full != null) {
                update.setFull(ShardMapMessages.toMessage(full));
            } else if (diff != null) {
                update.setDiff(ShardMapMessages.toMessage(diff));
            }
            for (LeaderNews news : leaders) {
                update.addLeaders(LeaderHint.newBuilder()
                        .setShard(news.shard().value())
                        .setServerId(news.server().value())
                        .setTerm(news.term()));
            }
            return update.build();
        }
    }
}
