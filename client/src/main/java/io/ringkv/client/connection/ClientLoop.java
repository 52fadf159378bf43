package io.ringkv.client.connection;

import io.ringkv.common.time.NanoClock;
import java.util.concurrent.Executor;

/**
 * The one thread on which all state of a client lives, and its clock.
 *
 * <p>As an {@link Executor} it runs a task at once if it is called on its own thread, and else hands it over. Other threads
 * get a {@link io.ringkv.common.error.RingKvException} CLIENT_CLOSED once the thread has ended.
 */
public interface ClientLoop extends Executor {

    /** Runs a task in the loop's present or next turn, after what is queued already; never at once. */
    void later(Runnable task);

    /** Runs a task after a pause. */
    void after(long delayNanos, Runnable task);

    /** Clock for deadlines and pauses. */
    NanoClock clock();
}
