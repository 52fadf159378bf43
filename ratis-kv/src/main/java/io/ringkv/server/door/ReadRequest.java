package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.server.barrier.ReadBarrier;
import io.ringkv.server.engine.ShardReader;
import io.ringkv.server.replica.ShardReplica;
import org.jspecify.annotations.Nullable;

/**
 * A read that was let in and waits until the replica's state may be read.
 *
 * <p>It reads the state that was there when it came. A replica that is opened anew meanwhile has another one, which may be
 * behind what was confirmed; the old one is closed then, and the read is refused.
 */
final class ReadRequest implements ReadBarrier.Waiter {
    private final Exchange exchange;
    private final ShardReplica replica;
    private final ShardReader reader;
    private final OperationBody body;
    private final Reads reads;

    ReadRequest(Exchange exchange, ShardReplica replica, OperationBody body, Reads reads) {
        this.exchange = exchange;
        this.replica = replica;
        this.reader = replica.reader();
        this.body = body;
        this.reads = reads;
    }

    Exchange exchange() {
        return exchange;
    }

    ShardReplica replica() {
        return replica;
    }

    ShardReader reader() {
        return reader;
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
