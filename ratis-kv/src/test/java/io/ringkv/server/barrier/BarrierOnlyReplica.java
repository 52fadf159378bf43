package io.ringkv.server.barrier;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.server.engine.EngineStats;
import io.ringkv.server.engine.ShardReader;
import io.ringkv.server.replica.ShardReplica;
import io.ringkv.server.shard.EntryOutcome;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** The part of a replica that the barrier has no business with. */
abstract class BarrierOnlyReplica implements ShardReplica {
    private final ShardId shard;

    BarrierOnlyReplica(int shard) {
        this.shard = new ShardId(shard);
    }

    @Override
    public ShardId shard() {
        return shard;
    }

    @Override
    public int incarnation() {
        return 1;
    }

    @Override
    public GroupId group() {
        return new GroupId(new UUID(1, shard.value()));
    }

    @Override
    public ShardReader reader() {
        throw new AssertionError("The barrier reads nothing.");
    }

    @Override
    public EngineStats stats() {
        throw new AssertionError("The barrier asks for no sizes.");
    }

    @Override
    public CompletionStage<EntryOutcome> submit(byte[] entry) {
        throw new AssertionError("The barrier writes nothing.");
    }

    @Override
    public long shardTimeMillis() {
        throw new AssertionError("The barrier asks for no time.");
    }
}
