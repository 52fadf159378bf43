package io.ringkv.client.session;

import io.ringkv.common.id.ClientId;
import io.ringkv.common.id.ShardId;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The sessions of one client, by shard.
 *
 * <p>Each shard sees a client id of its own, made from the client's: when a shard is split, both parts inherit its
 * sessions, and a part with a new number must not take the client's new session, whose sequences begin anew, for the
 * inherited one.
 *
 * @param <W> what waits for a free sequence
 */
public final class Sessions<W> {

    /** Odd, so that different shards give different client ids; its bits are spread, so that ids do not look alike. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final ClientId client;
    private final Map<ShardId, ShardSession<W>> byShard = new TreeMap<>();

    /** No sessions yet. */
    public Sessions(ClientId client) {
        this.client = client;
    }

    /** The session on a shard; not yet open at first. */
    public ShardSession<W> of(ShardId shard, int incarnation) {
        ShardSession<W> session = byShard.get(shard);
        if (session == null) {
            session = new ShardSession<>(clientOn(shard), incarnation);
            byShard.put(shard, session);
        }
        session.seen(incarnation);
        return session;
    }

    private ClientId clientOn(ShardId shard) {
        return new ClientId(client.high(), client.low() ^ shard.value() * SPREAD);
    }

    /** All sessions, by shard. */
    public Map<ShardId, ShardSession<W>> all() {
        return Collections.unmodifiableMap(byShard);
    }

    /** All sessions. */
    public Collection<ShardSession<W>> values() {
        return Collections.unmodifiableCollection(byShard.values());
    }
}
