package io.ringkv.server.engine;

import io.ringkv.server.storage.ShardStore;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store with the number of those who use it. Its memory is unmapped only when nobody does, because a reader that touches
 * unmapped memory kills the process.
 *
 * <p>Thread-safe.
 */
final class StoreHandle {

    private final ShardStore store;
    private final Path file;

    /** The owner counts as one user until it retires the handle. */
    private final AtomicInteger users = new AtomicInteger(1);

    private final CountDownLatch unused = new CountDownLatch(1);
    private volatile boolean discarding;

    /** Taken by the one who closes the store: the owner, or the last user of a store that is to be discarded. */
    private final AtomicBoolean closing = new AtomicBoolean();

    StoreHandle(ShardStore store, Path file) {
        this.store = store;
        this.file = file;
    }

    /** The store, for who has acquired the handle. */
    ShardStore store() {
        return store;
    }

    Path file() {
        return file;
    }

    /**
     * Begins to use the store.
     *
     * @return false when it is about to be closed
     */
    boolean acquire() {
        int now = users.get();
        while (now > 0) {
            if (users.compareAndSet(now, now + 1)) {
                return true;
            }
            now = users.get();
        }
        return false;
    }

    /** Ends to use the store. The last one out closes it. */
    void release() {
        if (users.decrementAndGet() == 0) {
            if (discarding && closing.compareAndSet(false, true)) {
                store.discard();
            }
            unused.countDown();
        }
    }

    /** Closes and removes the store as soon as nobody uses it. The owner must not touch it any more. */
    void discardWhenUnused() {
        discarding = true;
        release();
    }

    /**
     * Lets nobody in any more and waits until all are out; the store is then the owner's alone.
     *
     * @return false when somebody was still inside after the time: the store is then not to be touched, and goes when they do
     */
    boolean retire(long timeoutMillis) {
        release();
        if (!Waiting.forLatch(unused, timeoutMillis)) {
            discarding = true;
        }
        return unused.getCount() == 0 && closing.compareAndSet(false, true);
    }
}
