package io.ringkv.server.door;

import io.ringkv.common.shardmap.ShardMap;
import org.jspecify.annotations.Nullable;

/** The newest shard map known to this server. */
@FunctionalInterface
public interface ShardMapSource {
    /** The map, or null when none was heard of yet. Cheap; called by any thread. */
    @Nullable
    ShardMap shardMap();
}
