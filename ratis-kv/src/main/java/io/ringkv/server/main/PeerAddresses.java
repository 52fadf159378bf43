package io.ringkv.server.main;

import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.rpc.support.HostPort;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Peer addresses of all servers by the newest shard map, parsed once per map: the barrier asks thousands of times a second. */
final class PeerAddresses implements Function<ServerId, @Nullable HostPort> {
    private static final Logger LOG = LoggerFactory.getLogger(PeerAddresses.class);

    private volatile Map<ServerId, HostPort> addresses = Map.of();

    /** There is a newer map. */
    void update(ShardMap map) {
        Map<ServerId, HostPort> parsed = new HashMap<>();
        for (ServerRecord server : map.servers()) {
            try {
                parsed.put(server.id(), HostPort.parse(server.peerAddress()));
            } catch (RingKvException e) {
                LOG.warn("event=peer-address-unusable server={} reason=\"{}\"", server.id(), e.getMessage());
            }
        }
        addresses = Map.copyOf(parsed);
    }

    @Override
    public @Nullable HostPort apply(ServerId server) {
        return addresses.get(server);
    }
}
