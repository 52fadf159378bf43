package io.ringkv.client.route;

import io.ringkv.client.SessionToken;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Token;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardMapDiff;
import io.ringkv.common.shardmap.ShardRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The shard map as this client knows it, and a {@link ShardRoute} per shard. Learns from published maps, from single
 * records that come with refusals, and from who answers; of two records of a shard it keeps the newer.
 *
 * <p>Used by one thread.
 */
public final class ShardRouter {

    private final Map<ShardId, ShardRoute> routes = new HashMap<>();
    private @Nullable ShardMap map;

    /** Knows nothing yet. */
    public ShardRouter() {}

    /** The map; null before the first. */
    public @Nullable ShardMap map() {
        return map;
    }

    /** Ring epoch of the map, 0 before the first. */
    public long ringEpoch() {
        return map == null ? 0 : map.ringEpoch();
    }

    /**
     * Takes a published map.
     *
     * @return whether anything was learned
     * @throws IllegalArgumentException if it is of another cluster than the map known
     */
    public boolean learn(ShardMap heard) {
        return replace(map == null ? heard : map.merge(heard));
    }

    /**
     * Takes a change of a published map.
     *
     * @return whether it could be applied; if not, the whole map is needed
     */
    public boolean learn(ShardMapDiff diff) {
        if (map == null || !diff.appliesTo(map)) {
            return false;
        }
        replace(diff.apply(map));
        return true;
    }

    /**
     * Takes the record of one shard.
     *
     * @return whether anything was learned
     */
    public boolean learn(ShardRecord heard) {
        return map != null && replace(map.merge(heard));
    }

    @SuppressWarnings("ReferenceEquality") // A map from which nothing was learned is the same one.
    private boolean replace(ShardMap newer) {
        if (newer == map) {
            return false;
        }
        map = newer;
        routes.keySet().removeIf(shard -> newer.shard(shard) == null);
        for (ShardRecord record : newer.shards()) {
            ShardRoute route = routes.get(record.id());
            if (route == null) {
                routes.put(record.id(), new ShardRoute(record));
            } else {
                route.update(record);
            }
        }
        return true;
    }

    /** The publisher of the shard map says who leads a shard. */
    public void leaderPublished(ShardId shard, ServerId server, long term) {
        ShardRoute route = routes.get(shard);
        if (route != null) {
            route.leaderPublished(server, term);
        }
    }

    /** Revisions written or seen, of the present incarnations. */
    public Map<SessionToken.ShardLife, Long> revisionsSeen() {
        Map<SessionToken.ShardLife, Long> revisions = new TreeMap<>();
        for (ShardRoute route : routes.values()) {
            if (route.revisionSeen() > 0) {
                int incarnation = route.record().incarnation();
                revisions.put(new SessionToken.ShardLife(route.id(), incarnation), route.revisionSeen());
            }
        }
        return revisions;
    }

    /** Others have written or seen these revisions; those of other incarnations than the present mean nothing any more. */
    public void joinRevisions(Map<SessionToken.ShardLife, Long> revisions) {
        revisions.forEach((life, revision) -> {
            ShardRoute route = routes.get(life.shard());
            if (route != null) {
                route.seen(life.incarnation(), revision);
            }
        });
    }

    /** The way to the shard that has the token; null if that is not known. */
    public @Nullable ShardRoute route(Token token) {
        ShardRecord record = map == null ? null : map.shardFor(token);
        return record == null ? null : routes.get(record.id());
    }

    /** The way to the shard of the first of the tokens that do not lie on the given one's; null if all do. */
    public @Nullable ShardRoute otherRoute(ShardRoute route, List<Token> tokens) {
        for (Token token : tokens) {
            ShardRoute other = route(token);
            if (other != null && !other.id().equals(route.id())) {
                return other;
            }
        }
        return null;
    }

    /**
     * Servers that count as lost, if those are so many of the shard's voters that it can have no leader; empty while it can,
     * as far as the map tells.
     */
    public List<ServerId> lostMajority(ShardRoute route) {
        return map == null ? List.of() : map.lostMajority(route.record());
    }

    /** The way to a shard; null if it is not known. */
    public @Nullable ShardRoute route(ShardId shard) {
        return routes.get(shard);
    }
}
