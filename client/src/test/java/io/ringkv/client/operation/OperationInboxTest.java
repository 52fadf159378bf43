package io.ringkv.client.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ringkv.client.operation.OperationRequest.Target;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.rpc.Consistency;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class OperationInboxTest {

    private static final int THREADS = 4;
    private static final int PER_THREAD = 20_000;

    private final OperationInbox inbox = new OperationInbox();

    @Test
    void keepsOrderAndSaysWhenItWasEmpty() {
        Numbered first = new Numbered(0, 1);
        Numbered second = new Numbered(0, 2);

        assertThat(inbox.add(first)).isTrue();
        assertThat(inbox.add(second)).isFalse();

        List<PendingOperation> taken = new ArrayList<>();
        inbox.drain(taken::add);
        assertThat(taken).containsExactly(first, second);
        assertThat(inbox.add(first)).isTrue();
    }

    @Test
    void losesNothingBetweenManyThreadsAndKeepsEachThreadsOrder() throws InterruptedException {
        AtomicInteger wakeUps = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(THREADS);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            threads.execute(() -> {
                for (int i = 0; i < PER_THREAD; i++) {
                    if (inbox.add(new Numbered(number, i))) {
                        wakeUps.incrementAndGet();
                    }
                }
                done.countDown();
            });
        }

        int[] next = new int[THREADS];
        int[] drained = {0};
        while (drained[0] < THREADS * PER_THREAD) {
            inbox.drain(operation -> {
                Numbered numbered = (Numbered) operation;
                assertThat(numbered.number).isEqualTo(next[numbered.thread]++);
                drained[0]++;
            });
        }

        threads.shutdown();
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(wakeUps.get()).isPositive();
    }

    private static final class Numbered extends PendingOperation {

        private final int thread;
        private final int number;

        Numbered(int thread, int number) {
            super(new OperationRequest(
                    OperationType.OPERATION_TYPE_GET,
                    ByteString.EMPTY,
                    new Target.Shard(new ShardId(1)),
                    Consistency.CONSISTENCY_LINEARIZABLE,
                    false,
                    Duration.ofSeconds(1)));
            this.thread = thread;
            this.number = number;
        }

        @Override
        protected void succeeded(Reply reply, ShardRecord shard) {
            throw new IllegalStateException("not run");
        }

        @Override
        protected void failed(RingKvException failure) {
            throw new IllegalStateException("not run");
        }
    }
}
