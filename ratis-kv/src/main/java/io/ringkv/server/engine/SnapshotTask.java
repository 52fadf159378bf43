package io.ringkv.server.engine;

import io.ringkv.server.shard.Position;
import io.ringkv.server.storage.snapshot.SnapshotContents;
import io.ringkv.server.storage.snapshot.SnapshotWriter;
import io.ringkv.server.storage.snapshot.StateDamagedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot being written on a background thread, from a store that stands still meanwhile. Ends in a file, in nothing
 * (cancelled, or the disk refused), or in the news that the store is damaged.
 *
 * <p>Thread-safe. The outcome may be asked for once {@link #isDone}.
 */
final class SnapshotTask implements Runnable {

    private final SnapshotContents contents;
    private final StoreHandle store;
    private final Path file;
    private final Runnable onEnd;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean cancelled;
    private @Nullable SnapshotFile written;
    private @Nullable Throwable damage;
    private @Nullable String refusal;

    /**
     * Prepares a snapshot.
     *
     * @param store acquired by the caller; released by the task
     * @param onEnd run once at the end, in any case, before the outcome can be seen
     */
    SnapshotTask(SnapshotContents contents, StoreHandle store, Path directory, Runnable onEnd) {
        this.contents = contents;
        this.store = store;
        Position position = contents.header().position();
        this.file = directory.resolve("snapshot-" + position.term() + "-" + position.index());
        this.onEnd = onEnd;
    }

    @Override
    public void run() {
        if (begun.compareAndSet(false, true)) {
            try {
                write();
            } finally {
                end();
            }
        }
    }

    private void write() {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            SnapshotWriter writer = new SnapshotWriter(contents, () -> cancelled);
            long bytes = writer.write(store.store().cursor(new byte[0]), file);
            written = new SnapshotFile(file, contents.header().position(), bytes);
        } catch (CancellationException e) {
            refusal = "cancelled";
        } catch (IOException e) {
            refusal = e.toString();
        } catch (StateDamagedException | RuntimeException | AssertionError | InternalError e) {
            damage = e;
        }
    }

    private void end() {
        store.release();
        onEnd.run();
        done.countDown();
    }

    /** Ends it soon, without a file; at once if it has not begun. */
    void cancel() {
        cancelled = true;
        if (begun.compareAndSet(false, true)) {
            refusal = "cancelled";
            end();
        }
    }

    boolean isDone() {
        return done.getCount() == 0;
    }

    /** Waits until it is done; false when the time is over before. */
    boolean await(long timeoutMillis) {
        return Waiting.forLatch(done, timeoutMillis);
    }

    /** The file; null when there is none. */
    @Nullable
    SnapshotFile written() {
        return written;
    }

    /** Why the store is damaged; null when nothing speaks for it. */
    @Nullable
    Throwable damage() {
        return damage;
    }

    /** Why there is no file although nothing is damaged; null when there is one. */
    @Nullable
    String refusal() {
        return refusal;
    }
}
