package io.ringkv.server.door;

import io.ringkv.common.id.ServerId;
import io.ringkv.server.replica.ShardReplica;
import java.util.function.LongConsumer;

/** Asks leaders on other servers for the revision of a shard. */
@FunctionalInterface
public interface LeaderQuestions {
    /**
     * Asks a server, which is believed to lead the shard, for the revision of the shard by a linearizable read that begins
     * after this call. The answer is given on any thread, or never. Does not block.
     */
    void askRevision(ServerId leader, ShardReplica replica, LongConsumer answer);
}
