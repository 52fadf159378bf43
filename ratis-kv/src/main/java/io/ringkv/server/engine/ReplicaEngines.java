package io.ringkv.server.engine;

import io.ringkv.common.id.ShardId;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardState;
import io.ringkv.server.storage.CleanMarker;
import io.ringkv.server.storage.ReplicaDirectory;
import io.ringkv.server.storage.ShardStore;
import io.ringkv.server.storage.StoreProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the engines of a server. Thread-safe. */
public final class ReplicaEngines implements ShardEngines {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaEngines.class);

    private final Services services;

    /**
     * What all engines of a server share.
     *
     * @param stores where records are kept
     * @param background writes snapshots; one thread is enough for all engines. Its tasks end by themselves, soon after an
     *     engine is closed
     * @param permit lets one snapshot be written at a time
     * @param settings limits
     * @param bootId boot of this host, for the clean marker
     */
    public record Services(
            StoreProvider stores, Executor background, SnapshotPermit permit, EngineSettings settings, String bootId) {}

    /**
     * Which replica an engine is of.
     *
     * @param shard number of the shard
     * @param incarnation which life of it
     */
    record Identity(ShardId shard, int incarnation) {}

    /** @param services what the engines share */
    public ReplicaEngines(Services services) {
        this.services = services;
    }

    @Override
    public ShardEngine open(ShardId shard, int incarnation, Path directory, Predicate<Position> known)
            throws IOException {
        Identity identity = new Identity(shard, incarnation);
        ReplicaDirectory files = ReplicaDirectory.open(directory);
        ReplicaEngine kept = openKept(identity, files, known);
        if (kept != null) {
            return kept;
        }
        files.removeAllBut(null);
        Path file = files.newStoreFile();
        StoreHandle store = new StoreHandle(services.stores().create(file), file);
        LOG.info("event=engine-opened shard={} incarnation={} state=empty", shard, incarnation);
        return new ReplicaEngine(identity, services, files, store, Position.NONE, new ShardState(), new byte[0]);
    }

    /** The engine as it was closed, when that can be believed; else null. */
    private @Nullable ReplicaEngine openKept(Identity identity, ReplicaDirectory files, Predicate<Position> known)
            throws IOException {
        CleanMarker marker = services.stores().keepsContents() ? files.readMarker() : null;
        if (marker == null
                || !marker.isOf(identity.shard(), identity.incarnation())
                || !known.test(marker.position())
                || !files.storeIsUnchanged(marker)) {
            return null;
        }
        Path file = files.storeFile(marker);
        ShardStore store;
        try {
            store = services.stores().open(file);
        } catch (IOException e) {
            LOG.warn("event=store-refused shard={} cause=\"{}\"", identity.shard(), e.getMessage());
            return null;
        }
        files.removeAllBut(file);
        LOG.info(
                "event=engine-opened shard={} incarnation={} state=kept position={} keys={}",
                identity.shard(),
                identity.incarnation(),
                marker.position(),
                marker.state().keys());
        return new ReplicaEngine(
                identity,
                services,
                files,
                new StoreHandle(store, file),
                marker.position(),
                marker.state(),
                marker.configuration());
    }

    @Override
    public void verify(ShardId shard, int incarnation, SnapshotFile snapshot) throws IOException {
        SnapshotLoading.verify(shard, incarnation, snapshot);
    }

    @Override
    public Position closedAt(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return Position.NONE;
        }
        CleanMarker marker = ReplicaDirectory.open(directory).readMarker();
        return marker == null ? Position.NONE : marker.position();
    }
}
