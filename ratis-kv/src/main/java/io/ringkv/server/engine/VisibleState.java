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
    private volatile ReplicaDigests.@Nullable At mark;
    private volatile boolean closed;

    /** Makes a newer entry visible, unless reads are refused. One thread at a time. */
    void publish(StateView next) {
        StateView before = view;
        exchange(next);
        if (before != null) {
            notePassed(before, next.position().index());
        }
    }

    private void exchange(StateView next) {
        long stamp = lock.writeLock();
        try {
            view = next;
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** What was visible before holds up to the entry before the next: in between nothing changes the state. */
    private void notePassed(StateView before, long nextIndex) {
        long passed = (nextIndex - 1) / ReplicaDigests.MARK_EVERY * ReplicaDigests.MARK_EVERY;
        ReplicaDigests.At last = mark;
        if (passed > 0 && passed >= before.position().index() && (last == null || passed > last.index())) {
            mark = new ReplicaDigests.At(passed, before.digest());
        }
    }

    /** Digests to be compared with those of other replicas. */
    ReplicaDigests digests() {
        ReplicaDigests.At passed = mark;
        StateView newest = newest();
        return new ReplicaDigests(new ReplicaDigests.At(newest.position().index(), newest.digest()), passed);
    }

    /** Sizes and digest of the newest view. */
    EngineStats stats() {
        return newest().stats();
    }

    private StateView newest() {
        StateView newest = view;
        if (newest == null) {
            throw new IllegalStateException("An engine has a state from its beginning.");
        }
        return newest;
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
        replace(other);
        closed = false;
    }

    /** Makes a state visible that did not come from the one before by an entry, unless reads are refused. */
    void replace(StateView other) {
        mark = null;
        exchange(other);
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
