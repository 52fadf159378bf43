package io.ringkv.server.barrier;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.server.replica.ShardReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads of one replica that wait together and are answered together, each exactly once, whatever happens meanwhile: only the
 * first answer counts, and a read that fails when it is told does not keep the others from theirs.
 *
 * <p>Filled by one thread; answered by any, after it was filled.
 */
final class ReadBatch {
    private static final Logger LOG = LoggerFactory.getLogger(ReadBatch.class);

    private final ShardReplica replica;
    private final AtomicInteger waiters;
    private final BarrierMetrics metrics;
    private final List<ReadBarrier.Waiter> reads = new ArrayList<>();
    private final AtomicBoolean answered = new AtomicBoolean();

    /** @param waiters number of reads that wait for any answer, which has been raised for those that are added here */
    ReadBatch(ShardReplica replica, AtomicInteger waiters, BarrierMetrics metrics) {
        this.replica = replica;
        this.waiters = waiters;
        this.metrics = metrics;
    }

    ShardReplica replica() {
        return replica;
    }

    void add(ReadBarrier.Waiter read) {
        reads.add(read);
    }

    /** Serves the reads as soon as their replica has applied the index. */
    void serveWhenApplied(long index) {
        replica.whenApplied(index, this::serve, () -> refuse(ErrorCode.REPLICA_FAILED, null));
    }

    private void serve() {
        answer(ReadBarrier.Waiter::serve, metrics::confirmed);
    }

    /** Refuses the reads, unless they were answered before. */
    void refuse(ErrorCode code, @Nullable ServerId leader) {
        answer(read -> read.refuse(code, leader), metrics::refused);
    }

    private void answer(Consumer<ReadBarrier.Waiter> answer, Consumer<Integer> count) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        waiters.addAndGet(-reads.size());
        count.accept(reads.size());
        for (ReadBarrier.Waiter read : reads) {
            try {
                answer.accept(read);
            } catch (RuntimeException e) {
                LOG.error("event=read_answer_failed shard={}", replica.shard(), e);
            }
        }
    }
}
