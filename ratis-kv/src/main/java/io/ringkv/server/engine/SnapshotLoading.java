package io.ringkv.server.engine;

import io.ringkv.common.id.ShardId;
import io.ringkv.server.log.ByteReader;
import io.ringkv.server.shard.SessionCodec;
import io.ringkv.server.shard.ShardMeta;
import io.ringkv.server.shard.ShardState;
import io.ringkv.server.storage.ShardStore;
import io.ringkv.server.storage.StoreException;
import io.ringkv.server.storage.StoreProvider;
import io.ringkv.server.storage.snapshot.SnapshotCorruptException;
import io.ringkv.server.storage.snapshot.SnapshotHeader;
import io.ringkv.server.storage.snapshot.SnapshotReader;
import io.ringkv.server.storage.snapshot.SnapshotVisitor;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a snapshot completely and rebuilds the state from it, or only looks whether that could be done. The digest is
 * recomputed from what was read. One thread, one snapshot.
 */
final class SnapshotLoading implements SnapshotVisitor {

    private final StoreProvider.@Nullable Loader loader;
    private final ShardState state = new ShardState();
    private byte[] configuration = new byte[0];

    private SnapshotLoading(StoreProvider.@Nullable Loader loader) {
        this.loader = loader;
    }

    /**
     * A state from a snapshot.
     *
     * @param store its records
     * @param state all but its records
     * @param configuration the Raft configuration, opaque; empty when the snapshot has none
     */
    record Loaded(ShardStore store, ShardState state, byte[] configuration) {}

    /**
     * Rebuilds the state.
     *
     * @param file where the store goes; removed when this fails
     */
    static Loaded load(ShardId shard, int incarnation, SnapshotFile snapshot, StoreProvider stores, Path file)
            throws IOException {
        StoreProvider.Loader loader = stores.load(file);
        try {
            SnapshotLoading loading = new SnapshotLoading(loader);
            loading.read(shard, incarnation, snapshot);
            return new Loaded(loader.finish(), loading.state, loading.configuration);
        } catch (StoreException e) {
            loader.abort();
            throw new IOException("The snapshot " + snapshot.path() + " cannot be loaded: " + e.getMessage(), e);
        } catch (IOException | RuntimeException | Error e) {
            loader.abort();
            throw e;
        }
    }

    /** Reads everything without keeping it. */
    static void verify(ShardId shard, int incarnation, SnapshotFile snapshot) throws IOException {
        new SnapshotLoading(null).read(shard, incarnation, snapshot);
    }

    private void read(ShardId shard, int incarnation, SnapshotFile snapshot) throws IOException {
        try (SnapshotReader reader = SnapshotReader.open(snapshot.path())) {
            SnapshotHeader header = reader.header();
            if (header.shard() != shard.value() || header.incarnation() != incarnation) {
                throw new SnapshotCorruptException(
                        snapshot.path(),
                        "it is of shard " + header.shard() + ", incarnation " + header.incarnation() + ", not of shard "
                                + shard + ", incarnation " + incarnation);
            }
            if (!header.position().equals(snapshot.position())) {
                throw new SnapshotCorruptException(
                        snapshot.path(), "it holds " + header.position() + ", not " + snapshot.position());
            }
            reader.readAll(this);
            if (!reader.digest().equals(state.digest()) || reader.dataBytes() != state.dataBytes()) {
                throw new SnapshotCorruptException(
                        snapshot.path(), "its contents have the digest " + state.digest() + ", not " + reader.digest());
            }
        }
    }

    @Override
    public void meta(ShardMeta meta) {
        state.setMeta(meta);
    }

    @Override
    public void configuration(byte[] bytes) {
        configuration = bytes;
    }

    @Override
    public void session(ByteReader session) {
        SessionCodec.decode(session, state.sessions());
    }

    @Override
    public void record(byte[] key, byte[] record) {
        state.countRecord(key, null, record);
        if (loader != null) {
            loader.add(key, record);
        }
    }
}
