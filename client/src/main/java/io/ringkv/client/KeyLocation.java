package io.ringkv.client;

import io.ringkv.common.ring.Token;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ShardRecord;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a key lives.
 *
 * @param token position of the key on the ring
 * @param shard the shard whose range holds the token
 * @param leader the server that leads the shard, as far as is known; a hint
 * @param replicas the servers with a replica, in the order of the record; a server whose address is not known is left out
 */
public record KeyLocation(Token token, ShardRecord shard, Optional<ServerRecord> leader, List<ServerRecord> replicas) {

    /** Nothing may be null. */
    public KeyLocation {
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(shard, "shard");
        Objects.requireNonNull(leader, "leader");
        replicas = List.copyOf(replicas);
    }
}
