package io.ringkv.client.connection;

import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;

/**
 * One sending of a request to one server. Exactly one of {@link #answered} and {@link #lost} is called, once, on the event
 * loop; but neither for one that was not {@linkplain #isWanted wanted} any more when its turn came.
 */
public abstract class Attempt {

    /** Number on its stream, while it is unanswered. */
    long id;

    /** Bytes it counts for against the server's credit. */
    int creditBytes;

    /** For subclasses. */
    protected Attempt() {}

    /** Whether it is still worth sending. */
    protected abstract boolean isWanted();

    /** Bytes of its body: what makes it large. */
    protected abstract int bodyBytes();

    /** Whether it travels on the second stream, whatever its size. */
    protected abstract boolean isBulk();

    /**
     * The request as it leaves now. Called once.
     *
     * @param id number it must carry
     * @param nowNanos reading of the loop's clock
     */
    protected abstract Request toRequest(long id, long nowNanos);

    /** The server answered. */
    protected abstract void answered(Reply reply);

    /**
     * No answer will come.
     *
     * @param sent whether the request left, so that the server may have it
     * @param reason why, for people
     */
    protected abstract void lost(boolean sent, String reason);
}
