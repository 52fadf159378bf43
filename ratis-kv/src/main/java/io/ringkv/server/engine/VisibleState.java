package io.ringkv.server.engine;

import io.ringkv.server.shard.Position;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The newest {@link StateView}, and how to read from it consistently.
 *
 * <p>The lock guards only the exchange of the view, an instant per entry. A read of several keys is optimistic: it reads from
 * the view, then makes sure that no newer entry became visible meanwhile. A read that keeps losing to entries takes the read
 * lock, and applying waits until it is done; so every read must be bounded.
 */
final class VisibleState {

    private static final int OPTIMISTIC_ATTEMPTS = 2;

    private final StampedLock lock = new StampedLock();
    private volatile @Nullable StateView view;
    private volatile boolean closed;

    /** Makes a newer entry visible, unless reads are refused. One thread at a time. */
    void publish(StateView next) {
        long stamp = lock.writeLock();
        try {
            view = next;
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Exchanges the view for one that shows the same state in another way; readers need not notice. */
    void rearrange(StateView same) {
        view = same;
    }

    /** From now on reads are refused, whatever is published. Those under way end normally. Any thread. */
    void close() {
        closed = true;
    }

    /** Makes another state visible and accepts reads again. */
    void reopen(StateView other) {
        publish(other);
        closed = false;
    }

    /** The newest view; null when reads are refused. */
    @Nullable
    StateView view() {
        return closed ? null : view;
    }

    /** The newest view, also when reads are refused; null before the first. */
    @Nullable
    StateView last() {
        return view;
    }

    /** Position of the newest view there ever was. */
    Position position() {
        StateView newest = view;
        return newest == null ? Position.NONE : newest.position();
    }

    /**
     * Reads one key, or anything that a single view answers.
     *
     * @throws EngineClosedException if reads are refused
     */
    <T> T readOne(Function<StateView, T> read) {
        StateView acquired = acquire();
        try {
            return read.apply(acquired);
        } finally {
            acquired.store().release();
        }
    }

    /**
     * Reads several keys from one state.
     *
     * @param read bounded, without effects: it may be run again
     * @throws EngineClosedException if reads are refused
     */
    <T> T readConsistently(Function<StateView, T> read) {
        for (int attempt = 0; attempt < OPTIMISTIC_ATTEMPTS; attempt++) {
            long stamp = lock.tryOptimisticRead();
            if (stamp != 0) {
                T result = readOne(read);
                if (lock.validate(stamp)) {
                    return result;
                }
            }
        }
        long stamp = lock.readLock();
        try {
            return readOne(read);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    private StateView acquire() {
        while (true) {
            StateView newest = view();
            if (newest == null) {
                throw new EngineClosedException("REPLICA_FAILED: The replica is closed, paused or has failed.");
            }
            // When it is just being retired a newer view, or none, is about to be published, or was already.
            if (newest.store().acquire()) {
                return newest;
            }
            Thread.onSpinWait();
        }
    }
}
