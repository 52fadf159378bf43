package io.ringkv.server.door;

import io.ringkv.server.batch.ReplyTarget;

/** Where the answers of requests go: a batch stream, or a unary call. All methods may be called by any thread. */
interface ReplySink extends ReplyTarget {
    /** Who asks, for fairness between clients; compared by equals. */
    Object client();

    /** Gathers an answer; {@link #flush} sends it. Dropped when the caller is gone. */
    void send(RequestHeader request, Answer answer);

    /** Whether somebody still waits for answers. */
    boolean isOpen();

    /** Whether further results may be made for this caller; false when enough of them wait to be sent already. */
    boolean hasRoom();

    /** Runs the action once, on an event loop, when there is room again or the caller is gone. */
    void whenRoom(Runnable action);
}
