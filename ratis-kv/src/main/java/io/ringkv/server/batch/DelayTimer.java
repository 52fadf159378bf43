package io.ringkv.server.batch;

/** Runs short tasks a little later, with a precision well below a millisecond. */
@FunctionalInterface
public interface DelayTimer {
    /** Runs the task once, after about so long, on a thread of the timer; never before this call has returned. */
    void runAfter(long delayNanos, Runnable task);
}
