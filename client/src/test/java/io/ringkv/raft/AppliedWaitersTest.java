package io.ringkv.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AppliedWaitersTest {
    private final List<String> ran = new ArrayList<>();

    private void await(AppliedWaiters waiters, long index) {
        waiters.await(index, () -> ran.add("applied " + index), () -> ran.add("closed " + index));
    }

    @Test
    void runsAtOnceWhatIsAppliedAlready() {
        AppliedWaiters waiters = new AppliedWaiters(5);
        await(waiters, 5);
        await(waiters, 4);
        assertThat(ran).containsExactly("applied 5", "applied 4");
        assertThat(waiters.waiting()).isZero();
    }

    @Test
    void runsInOrderOfIndexAndOnlyWhatIsReached() {
        AppliedWaiters waiters = new AppliedWaiters(0);
        await(waiters, 7);
        await(waiters, 3);
        await(waiters, 5);
        waiters.advance(2);
        assertThat(ran).isEmpty();
        waiters.advance(5);
        assertThat(ran).containsExactly("applied 3", "applied 5");
        waiters.advance(9);
        assertThat(ran).containsExactly("applied 3", "applied 5", "applied 7");
    }

    @Test
    void ignoresAnIndexBelowWhatIsApplied() {
        AppliedWaiters waiters = new AppliedWaiters(5);
        waiters.advance(3);
        assertThat(waiters.applied()).isEqualTo(5);
    }

    @Test
    void goesOnAfterAStop() {
        AppliedWaiters waiters = new AppliedWaiters(0);
        await(waiters, 7);
        waiters.stop();
        waiters.goOn();
        waiters.tellStopped();
        await(waiters, 8);
        assertThat(ran).isEmpty();
        waiters.advance(8);
        assertThat(ran).containsExactly("applied 7", "applied 8");
    }

    @Test
    void tellsAllWhoWaitAndComeLaterThatItStopped() {
        AppliedWaiters waiters = new AppliedWaiters(0);
        await(waiters, 7);
        waiters.close();
        await(waiters, 8);
        waiters.advance(9);
        assertThat(ran).containsExactly("closed 7", "closed 8");
    }

    @Test
    void runsEveryWaiterExactlyOnceWhileTheIndexMoves() throws InterruptedException {
        AppliedWaiters waiters = new AppliedWaiters(0);
        int perThread = 20_000;
        int threads = 3;
        AtomicInteger done = new AtomicInteger();
        AtomicInteger early = new AtomicInteger();
        AtomicLong applied = new AtomicLong();
        CountDownLatch all = new CountDownLatch(threads * perThread);
        List<Thread> started = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < perThread; i++) {
                    long index = applied.get() + 1 + i % 3;
                    waiters.await(
                            index,
                            () -> {
                                done.incrementAndGet();
                                if (applied.get() < index) {
                                    early.incrementAndGet();
                                }
                                all.countDown();
                            },
                            all::countDown);
                }
            });
            thread.start();
            started.add(thread);
        }
        while (all.getCount() > 0 && applied.get() < 100_000_000) {
            waiters.advance(applied.incrementAndGet());
        }
        for (Thread thread : started) {
            thread.join();
        }
        waiters.advance(applied.addAndGet(3));
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(done).hasValue(threads * perThread);
        assertThat(early).hasValue(0);
    }
}
