package io.ringkv.server.engine;

import io.ringkv.server.engine.ReplicaEngines.Identity;
import io.ringkv.server.engine.ReplicaEngines.Services;
import io.ringkv.server.storage.snapshot.SnapshotContents;
import java.nio.file.Path;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The course of one engine's snapshots: none → being written while the store stands still → its writes being drained → none.
 *
 * <p>Used under the engine's lock, but for {@link #cancel}.
 */
final class SnapshotCycle {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotCycle.class);
    private static final long WAIT_STEP_MILLIS = 1_000;

    private final Identity identity;
    private final Services services;

    /** The snapshot that is being written, or whose end was not noticed yet. */
    private volatile @Nullable SnapshotTask task;

    private @Nullable SnapshotFile finished;

    SnapshotCycle(Identity identity, Services services) {
        this.identity = identity;
        this.services = services;
    }

    /**
     * Whether a new snapshot may begin as far as this engine is concerned; if so, takes the permit of the process.
     *
     * @param bytes of the state to be written
     */
    boolean tryBegin(LayeredStore layers, long bytes) {
        return task == null && layers.overlay() == null && services.permit().tryTake(bytes);
    }

    /**
     * Freezes the store and has it written. The permit must have been taken.
     *
     * @param afterwards run on the background thread at the end
     */
    void begin(SnapshotContents contents, LayeredStore layers, Path directory, Runnable afterwards) {
        StoreHandle base = layers.base();
        if (!base.acquire()) {
            throw new IllegalStateException("The store in use was retired.");
        }
        SnapshotTask begun = new SnapshotTask(contents, base, directory, services.permit()::giveBack);
        layers.freeze();
        task = begun;
        try {
            services.background().execute(() -> {
                begun.run();
                afterwards.run();
            });
        } catch (RejectedExecutionException e) {
            begun.cancel();
        }
    }

    /**
     * Notices the end of a snapshot and moves a slice of the overlay into the store. Bounded work.
     *
     * @return whether the overlay is gone by it
     * @throws EngineFailedException if the snapshot found the store damaged
     */
    boolean goOn(LayeredStore layers) throws EngineFailedException {
        SnapshotTask ended = task;
        if (ended != null && ended.isDone()) {
            task = null;
            layers.beginDraining();
            Throwable damage = ended.damage();
            if (damage != null) {
                throw new EngineFailedException(String.valueOf(damage.getMessage()), damage);
            }
            if (ended.written() != null) {
                finished = ended.written();
            } else {
                LOG.warn("event=snapshot-not-written shard={} cause=\"{}\"", identity.shard(), ended.refusal());
            }
        }
        return layers.isDraining() && layers.drain(services.settings().drainRecords());
    }

    /** Waits for the snapshot when its overlay has outgrown its limit: the shard stands rather than the process falls. */
    void waitForRoom(LayeredStore layers) {
        SnapshotTask writing = task;
        if (writing == null || layers.frozenBytes() <= services.settings().overlayMaxBytes()) {
            return;
        }
        LOG.warn(
                "event=apply-waits-for-snapshot shard={} overlayBytes={} limit={}",
                identity.shard(),
                layers.frozenBytes(),
                services.settings().overlayMaxBytes());
        while (!writing.await(WAIT_STEP_MILLIS)) {
            LOG.warn("event=apply-still-waits-for-snapshot shard={}", identity.shard());
        }
    }

    /** The newest snapshot that was not asked for yet, or null. */
    @Nullable
    SnapshotFile takeFinished() {
        SnapshotFile newest = finished;
        finished = null;
        return newest;
    }

    /** Ends the writing soon, without a file. Any thread, no lock: whoever holds it may be waiting for this very end. */
    void cancel() {
        SnapshotTask writing = task;
        if (writing != null) {
            writing.cancel();
        }
    }

    /** Waits until nothing reads the store on behalf of a snapshot; false when the time is over before. */
    boolean awaitEnd(long timeoutMillis) {
        SnapshotTask writing = task;
        return writing == null || writing.await(timeoutMillis);
    }

    /** Has nothing to do with the store any more; a task under way ends by itself. */
    void forget() {
        cancel();
        task = null;
        finished = null;
    }
}
