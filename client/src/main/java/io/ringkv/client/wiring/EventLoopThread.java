package io.ringkv.client.wiring;

import io.netty.channel.EventLoop;
import io.ringkv.client.connection.ClientLoop;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.time.NanoClock;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A client's loop on an event loop of the transport, so that what the transport reports is already on it. */
final class EventLoopThread implements ClientLoop {

    private final EventLoop loop;
    private final NanoClock clock;

    EventLoopThread(EventLoop loop, NanoClock clock) {
        this.loop = loop;
        this.clock = clock;
    }

    @Override
    public void execute(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            later(task);
        }
    }

    @Override
    public void later(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            throw new RingKvException(ErrorCode.CLIENT_CLOSED, "The client was closed", e);
        }
    }

    @Override
    public void after(long delayNanos, Runnable task) {
        Future<?> unused = loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public NanoClock clock() {
        return clock;
    }

    boolean isCurrentThread() {
        return loop.inEventLoop();
    }
}
