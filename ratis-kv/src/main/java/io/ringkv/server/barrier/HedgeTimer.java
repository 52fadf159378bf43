package io.ringkv.server.barrier;

import io.ringkv.common.time.NanoClock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells when a round that began so long ago is not done. Confined to its loop.
 *
 * <p>One task for all rounds, and not one for each: thousands of rounds begin in a second and nearly all are done long before
 * they are late. An event loop that always has a task due within half a millisecond never sleeps (Netty: {@code
 * NioIoHandler#select} rounds to whole milliseconds, and polls without waiting when that is none), and a loop that spins
 * takes a core away from the servers beside it.
 */
final class HedgeTimer {
    private final ScheduledExecutorService loop;
    private final NanoClock clock;
    private final long hedgeNanos;
    private final Consumer<Round> late;

    /** In the order in which they began; of those that are done some are still in it. */
    private final Deque<Watched> rounds = new ArrayDeque<>();

    private boolean taskSet;

    private record Watched(Round round, long startedNanos) {}

    /** @param late is given each round that is not done when it is {@code hedgeMillis} old */
    HedgeTimer(ScheduledExecutorService loop, NanoClock clock, long hedgeMillis, Consumer<Round> late) {
        this.loop = loop;
        this.clock = clock;
        this.hedgeNanos = TimeUnit.MILLISECONDS.toNanos(hedgeMillis);
        this.late = late;
    }

    /** The round begins now. */
    void watch(Round round) {
        dropDone();
        rounds.add(new Watched(round, clock.nanos()));
        setTask(hedgeNanos);
    }

    private void dropDone() {
        while (!rounds.isEmpty() && rounds.element().round().isDone()) {
            rounds.remove();
        }
    }

    private void setTask(long delayNanos) {
        if (!taskSet) {
            taskSet = true;
            ScheduledFuture<?> unusedTask = loop.schedule(this::look, delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        taskSet = false;
        for (dropDone(); !rounds.isEmpty(); dropDone()) {
            long leftNanos = hedgeNanos - (clock.nanos() - rounds.element().startedNanos());
            if (leftNanos > 0) {
                setTask(leftNanos);
                return;
            }
            late.accept(rounds.remove().round());
        }
    }
}
