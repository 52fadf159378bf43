package io.ringkv.server.engine;

import io.ringkv.server.engine.ReplicaEngines.Identity;
import io.ringkv.server.engine.ReplicaEngines.Services;
import io.ringkv.server.log.LogEntry;
import io.ringkv.server.shard.ChangeSet;
import io.ringkv.server.shard.EntryOutcome;
import io.ringkv.server.shard.IntentLookup;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardApplier;
import io.ringkv.server.shard.ShardMeta;
import io.ringkv.server.shard.ShardState;
import io.ringkv.server.storage.ReplicaDirectory;
import io.ringkv.server.storage.snapshot.SnapshotContents;
import io.ringkv.server.storage.snapshot.SnapshotHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine of one replica: the pure state machine over a store that is a cache of log and snapshots.
 *
 * <p>One lock orders applying, pausing, loading, draining and closing; it is fair, so that an apply waits for one slice of
 * draining at most. Readers never take it.
 *
 * <p>A snapshot is written while applying goes on: at its beginning the store is frozen and writes go to an overlay on the
 * heap; a background thread streams the store; then the overlay is moved into the store in slices, by the background thread
 * and on the way by applies. If the overlay outgrows its limit, applying waits for the stream: that is back-pressure on this
 * shard, and better than to end the process for lack of memory.
 */
final class ReplicaEngine implements ShardEngine {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaEngine.class);

    private final Identity identity;
    private final Services services;
    private final ReplicaDirectory directory;
    private final VisibleState visible = new VisibleState();
    private final StateReader reader = new StateReader(visible, cause -> fail(visible.position(), cause));
    private final ReentrantLock lock = new ReentrantLock(true);
    private final SnapshotCycle snapshots;
    private final AtomicReference<@Nullable EngineFailure> failure = new AtomicReference<>();

    private LayeredStore layers;
    private ShardState state;
    private ShardApplier applier;
    private byte[] configuration;
    private boolean paused;
    private boolean closed;

    ReplicaEngine(
            Identity identity,
            Services services,
            ReplicaDirectory directory,
            StoreHandle store,
            Position position,
            ShardState state,
            byte[] configuration) {
        this.identity = identity;
        this.services = services;
        this.directory = directory;
        this.snapshots = new SnapshotCycle(identity, services);
        this.layers = new LayeredStore(store);
        this.state = state;
        this.applier = new ShardApplier(state, layers, IntentLookup.NONE);
        this.configuration = configuration;
        visible.publish(view(position, ChangeSet.EMPTY));
    }

    private StateView view(Position position, ChangeSet pending) {
        return new StateView(
                layers.base(), layers.overlay(), pending, position, state.meta(), StateView.Counts.of(state));
    }

    @Override
    public Position applied() {
        return visible.position();
    }

    @Override
    public ShardReader reader() {
        return reader;
    }

    @Override
    public @Nullable EntryOutcome apply(Position position, byte[] entry) throws EngineFailedException {
        lock.lock();
        try {
            checkServing();
            if (position.index() <= visible.position().index()) {
                return null;
            }
            try {
                lookAfterSnapshot();
                snapshots.waitForRoom(layers);
                markChanged();
                ShardApplier.Applied applied = applier.apply(LogEntry.parse(entry));
                StateView newest = view(position, applied.changes());
                visible.publish(newest);
                layers.write(applied.changes());
                visible.rearrange(newest.settled());
                return new EntryOutcome(position, applied.outcomes());
            } catch (Throwable unexpected) {
                throw fail(position, unexpected);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void advance(Position position) throws EngineFailedException {
        lock.lock();
        try {
            checkServing();
            StateView newest = visible.last();
            if (newest == null || position.index() <= newest.position().index()) {
                return;
            }
            try {
                lookAfterSnapshot();
                visible.publish(view(position, ChangeSet.EMPTY));
            } catch (Throwable unexpected) {
                throw fail(position, unexpected);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Before the first change after opening: a crash from here on must not find a marker. */
    private void markChanged() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            directory.removeMarker();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public @Nullable SnapshotFile pollSnapshot(Path snapshotDirectory) throws EngineFailedException {
        lock.lock();
        try {
            checkServing();
            try {
                lookAfterSnapshot();
                SnapshotFile newest = snapshots.takeFinished();
                ShardMeta meta = state.meta();
                if (newest == null && meta != null && snapshots.tryBegin(layers, state.dataBytes())) {
                    SnapshotContents contents = contents(meta);
                    snapshots.begin(contents, layers, snapshotDirectory, this::drainInBackground);
                    visible.rearrange(view(visible.position(), ChangeSet.EMPTY));
                }
                return newest;
            } catch (Throwable unexpected) {
                throw fail(visible.position(), unexpected);
            }
        } finally {
            lock.unlock();
        }
    }

    private SnapshotContents contents(ShardMeta meta) {
        return new SnapshotContents(
                SnapshotHeader.of(meta, visible.position()),
                meta,
                state.sessions().freeze(),
                configuration,
                state.keys(),
                state.dataBytes(),
                state.digest());
    }

    private void lookAfterSnapshot() throws EngineFailedException {
        if (snapshots.goOn(layers)) {
            visible.rearrange(view(visible.position(), ChangeSet.EMPTY));
        }
    }

    /** Goes on draining when no entries come any more. */
    private void drainInBackground() {
        boolean more = true;
        while (more) {
            lock.lock();
            try {
                if (paused || closed || failure.get() != null) {
                    return;
                }
                lookAfterSnapshot();
                more = layers.isDraining();
            } catch (Throwable unexpected) {
                more = false;
                fail(visible.position(), unexpected);
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public void pause() {
        snapshots.cancel();
        lock.lock();
        try {
            paused = true;
            visible.close();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void load(SnapshotFile snapshot) throws IOException, EngineFailedException {
        snapshots.cancel();
        // An interrupt would close file channels in the middle of their work; it is handed on at the end.
        boolean interrupted = Thread.interrupted();
        lock.lock();
        try {
            checkNotFailed();
            if (closed) {
                throw new EngineClosedException("The engine of shard " + identity.shard() + " is closed.");
            }
            paused = true;
            visible.close();
            snapshots.forget();
            directory.removeMarker();
            replaceBy(snapshot);
            paused = false;
            visible.reopen(view(snapshot.position(), ChangeSet.EMPTY));
            LOG.info(
                    "event=snapshot-loaded shard={} position={} keys={} bytes={}",
                    identity.shard(),
                    snapshot.position(),
                    state.keys(),
                    snapshot.sizeBytes());
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Puts the state of a snapshot, or when that fails an empty one, in the place of the present state. */
    private void replaceBy(SnapshotFile snapshot) throws IOException {
        Path file = directory.newStoreFile();
        try {
            SnapshotLoading.Loaded loaded =
                    SnapshotLoading.load(identity.shard(), identity.incarnation(), snapshot, services.stores(), file);
            replaceBy(new StoreHandle(loaded.store(), file), loaded.state(), loaded.configuration());
        } catch (IOException | RuntimeException | Error e) {
            becomeEmpty(e);
            throw e;
        }
    }

    /** What was here before must not be taken for the state that was to be loaded. */
    private void becomeEmpty(Throwable cause) {
        Path file = directory.newStoreFile();
        try {
            replaceBy(new StoreHandle(services.stores().create(file), file), new ShardState(), new byte[0]);
            visible.replace(view(Position.NONE, ChangeSet.EMPTY));
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(fail(visible.position(), e));
        }
    }

    private void replaceBy(StoreHandle store, ShardState newState, byte[] newConfiguration) {
        StoreHandle old = layers.base();
        layers = new LayeredStore(store);
        state = newState;
        applier = new ShardApplier(newState, layers, IntentLookup.NONE);
        configuration = newConfiguration;
        old.discardWhenUnused();
    }

    @Override
    public List<Long> idleSessions(long shardTimeMillis, int limit) {
        lock.lock();
        try {
            return state.sessions().idle(shardTimeMillis, limit);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void configure(Position position, byte[] newConfiguration) {
        lock.lock();
        try {
            configuration = newConfiguration.clone();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public EngineStats stats() {
        return visible.stats();
    }

    @Override
    public ReplicaDigests digests() {
        return visible.digests();
    }

    @Override
    public @Nullable String failure() {
        EngineFailure failed = failure.get();
        return failed == null ? null : failed.reason();
    }

    @Override
    public boolean isDamaged() {
        EngineFailure failed = failure.get();
        return failed != null && failed.isDamage();
    }

    @Override
    public void close() {
        snapshots.cancel();
        boolean interrupted = Thread.interrupted();
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                visible.close();
                closeStore();
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.warn("event=close-not-clean shard={} cause=\"{}\"", identity.shard(), e.toString());
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void closeStore() throws IOException {
        StoreHandle base = layers.base();
        boolean quiet = snapshots.awaitEnd(services.settings().closeTimeoutMillis());
        boolean keep = quiet
                && failure.get() == null
                && state.meta() != null
                && services.stores().keepsContents();
        if (!keep) {
            base.discardWhenUnused();
            return;
        }
        try {
            layers.drain(Integer.MAX_VALUE);
        } catch (RuntimeException e) {
            base.discardWhenUnused();
            throw e;
        }
        if (!base.retire(services.settings().closeTimeoutMillis())) {
            // Closing it now would unmap memory under a reader. It is rebuilt at the next start.
            LOG.warn("event=close-not-clean shard={} cause=\"a reader did not leave\"", identity.shard());
            return;
        }
        base.store().closeClean();
        directory.writeMarker(services.bootId(), visible.position(), base.file(), state, configuration);
        LOG.info("event=engine-closed shard={} position={}", identity.shard(), visible.position());
    }

    private void checkServing() throws EngineFailedException {
        checkNotFailed();
        if (paused || closed) {
            throw new EngineClosedException(
                    "The engine of shard " + identity.shard() + " is " + (closed ? "closed." : "paused."));
        }
    }

    private void checkNotFailed() throws EngineFailedException {
        String reason = failure();
        if (reason != null) {
            throw new EngineFailedException(reason);
        }
    }

    private EngineFailedException fail(Position position, Throwable cause) {
        EngineFailure failed = EngineFailure.of(identity.shard(), position, cause);
        if (failure.compareAndSet(null, failed)) {
            LOG.error("event=engine-failed shard={} position={}", identity.shard(), position, cause);
        }
        visible.close();
        snapshots.cancel();
        return new EngineFailedException(failed.reason(), cause);
    }
}
