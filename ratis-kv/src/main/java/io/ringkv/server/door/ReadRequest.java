package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.server.barrier.ReadBarrier;
import io.ringkv.server.replica.ShardReplica;
import org.jspecify.annotations.Nullable;

/** A read that was let in and waits until the replica's state may be read. */
final class ReadRequest implements ReadBarrier.Waiter {
    private final Exchange exchange;
    private final ShardReplica replica;
    private final OperationBody body;
    private final Reads reads;

    ReadRequest(Exchange exchange, ShardReplica replica, OperationBody body, Reads reads) {
        this.exchange = exchange;
        this.replica = replica;
        this.body = body;
        this.reads = reads;
    }

    Exchange exchange() {
        return exchange;
    }

    ShardReplica replica() {
        return replica;
    }

    OperationBody body() {
        return body;
    }

    @Override
    public void serve() {
        reads.run(this);
    }

    @Override
    public void refuse(ErrorCode code, @Nullable ServerId leader) {
        String sentence = leader == null
                ? "The read of shard " + replica.shard() + " cannot be confirmed here"
                : "Server " + leader + " leads shard " + replica.shard();
        reads.refuse(this, Refusal.of(code, sentence).withLeader(leader));
    }
}
