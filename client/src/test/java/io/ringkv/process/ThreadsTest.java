package io.ringkv.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadsTest {

    @Test
    void repeatsATaskThatFails() throws Exception {
        ScheduledThreadPoolExecutor timer = Threads.timer("test-timer");
        CountDownLatch runs = new CountDownLatch(3);

        Threads.repeat(
                timer,
                () -> {
                    runs.countDown();
                    throw new IllegalStateException("on purpose");
                },
                1);

        assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();
        Threads.end(timer);
        assertThat(timer.isTerminated()).isTrue();
    }

    @Test
    void interruptsATaskThatDoesNotEnd() throws Exception {
        ScheduledThreadPoolExecutor timer = Threads.timer("test-timer");
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        timer.execute(() -> {
            began.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        assertThat(began.await(30, TimeUnit.SECONDS)).isTrue();

        Threads.interrupt(timer);

        assertThat(interrupted.getCount()).isZero();
        assertThat(timer.isTerminated()).isTrue();
    }
}
