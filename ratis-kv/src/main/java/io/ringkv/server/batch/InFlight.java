package io.ringkv.server.batch;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The one entry of a batcher that was taken out of the queue and is not answered yet.
 *
 * <p>An entry may be decided while the call that starts it is still on the stack, or later on another thread. Of the two
 * events, "decided" and "the starting call returned", the second to happen goes on with the next entry: so a row of
 * entries that are all refused at once is a loop and not a recursion.
 */
final class InFlight {
    /** Writes of the entry, in its order; changed only before it is submitted. */
    final List<PendingWrite> writes;

    /** When the entry was submitted; written before that, read when it is decided. */
    long proposedNanos;

    private final AtomicInteger events = new AtomicInteger();

    InFlight(List<PendingWrite> writes) {
        this.writes = writes;
    }

    /** All writes have been answered. Returns whether the caller must go on with the next entry. */
    boolean decided() {
        return isSecondEvent();
    }

    /** The starting call is back. Returns whether the caller must go on with the next entry. */
    boolean startReturned() {
        return isSecondEvent();
    }

    private boolean isSecondEvent() {
        return events.incrementAndGet() == 2;
    }
}
