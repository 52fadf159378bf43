package io.ringkv.server.door;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory of one received frame. Requests refer to their bodies inside the frame, so all of it stays until the last one
 * is answered; the budget is charged accordingly.
 */
final class FrameLease {
    private final ByteBudget budget;
    private final int bytes;
    private final AtomicInteger unanswered;

    /**
     * For bytes that were taken from the budget.
     *
     * @param requests number of requests in the frame, 1 or more
     */
    FrameLease(ByteBudget budget, int bytes, int requests) {
        this.budget = budget;
        this.bytes = bytes;
        this.unanswered = new AtomicInteger(requests);
    }

    /** One of the frame's requests was answered. */
    void answered() {
        if (unanswered.decrementAndGet() == 0) {
            budget.giveBack(bytes);
        }
    }
}
