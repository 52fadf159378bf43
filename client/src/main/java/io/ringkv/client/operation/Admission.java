package io.ringkv.client.operation;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Limits the number and the bytes of unanswered requests. Safe for use by any thread. */
final class Admission {

    private final int requestsMax;
    private final long bytesMax;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    Admission(int requestsMax, long bytesMax) {
        this.requestsMax = requestsMax;
        this.bytesMax = bytesMax;
    }

    /**
     * Lets a request in.
     *
     * @throws RingKvException CLIENT_QUEUE_FULL
     */
    void enter(int requestBytes) {
        if (requests.incrementAndGet() > requestsMax) {
            requests.decrementAndGet();
            throw full(requestsMax + " unanswered requests");
        }
        if (bytes.addAndGet(requestBytes) > bytesMax) {
            bytes.addAndGet(-requestBytes);
            requests.decrementAndGet();
            throw full(bytesMax + " bytes of unanswered requests");
        }
    }

    private static RingKvException full(String what) {
        return new RingKvException(ErrorCode.CLIENT_QUEUE_FULL, "This client has " + what + ", which is its limit");
    }

    /** A request that was let in is answered. */
    void leave(int requestBytes) {
        requests.decrementAndGet();
        bytes.addAndGet(-requestBytes);
    }

    int requests() {
        return requests.get();
    }
}
