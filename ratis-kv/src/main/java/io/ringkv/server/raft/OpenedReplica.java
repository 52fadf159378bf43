package io.ringkv.server.raft;

import io.ringkv.common.id.ShardId;
import io.ringkv.raft.DurableFiles;
import io.ringkv.raft.GroupDirectory;
import io.ringkv.raft.LogPosition;
import io.ringkv.raft.SnapshotDirectory;
import io.ringkv.server.engine.EngineFailedException;
import io.ringkv.server.engine.ShardEngine;
import io.ringkv.server.engine.ShardEngines;
import io.ringkv.server.engine.SnapshotFile;
import io.ringkv.server.shard.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica brought back from disk, before Ratis opens its group: an engine whose position the log can be continued from.
 *
 * <p>The engine's store is used only if it was closed in good order at a position that the log, or a snapshot, holds
 * exactly. Else the newest snapshot that proves good is loaded, and Ratis replays the log from there (Ratis: {@code
 * ServerState}, the updater begins after {@code getLatestSnapshot}).
 *
 * <p>{@link #open} may take long (it loads a snapshot) and belongs on a control thread.
 */
public final class OpenedReplica {
    private static final Logger LOG = LoggerFactory.getLogger(OpenedReplica.class);

    /**
     * What is to be opened.
     *
     * @param shard number of the shard
     * @param incarnation which life of it
     * @param log the group's directory
     * @param store where the engine keeps its files
     * @param committedFloor index up to which this replica is known to have held committed entries; -1 = none known
     */
    public record Place(ShardId shard, int incarnation, GroupDirectory log, Path store, long committedFloor) {
        /** Where the engine writes its snapshots before they are handed to Ratis. */
        Path outbox() {
            return store.resolve("snapshots");
        }

        /** Where the engine keeps its store. */
        Path engineDirectory() {
            return store.resolve("engine");
        }
    }

    private final Place place;
    private final ShardEngines engines;
    private final ShardEngine engine;
    private final SnapshotDirectory snapshots;

    private OpenedReplica(Place place, ShardEngines engines, ShardEngine engine, SnapshotDirectory snapshots) {
        this.place = place;
        this.engines = engines;
        this.engine = engine;
        this.snapshots = snapshots;
    }

    /**
     * Opens a replica.
     *
     * @throws LostReplicaException if what is on disk cannot be continued from
     * @throws IOException if the disk fails; trying again may help
     */
    public static OpenedReplica open(Place place, ShardEngines engines) throws IOException, LostReplicaException {
        SnapshotDirectory snapshots = SnapshotDirectory.of(place.log().path());
        snapshots.recover();
        // What was not handed over is worth nothing: its position was never promised to anybody.
        DurableFiles.deleteTree(place.outbox());
        DurableFiles.createDirectories(place.outbox());
        DurableFiles.createDirectories(place.engineDirectory());
        ShardEngine engine = engines.open(
                place.shard(),
                place.incarnation(),
                place.engineDirectory(),
                position -> isKnown(place.log(), snapshots, position));
        try {
            long snapshotIndex = bringBack(place, engines, engine, snapshots);
            String gap = gap(place, snapshotIndex);
            if (gap != null) {
                throw new LostReplicaException(gap);
            }
            return new OpenedReplica(place, engines, engine, snapshots);
        } catch (IOException | LostReplicaException | RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private static boolean isKnown(GroupDirectory log, SnapshotDirectory snapshots, Position position) {
        try {
            LogPosition wanted = ShardStateMachine.toLog(position);
            return snapshots.newestFirst().stream()
                            .anyMatch(snapshot -> snapshot.position().equals(wanted))
                    || log.contains(wanted);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the index of the snapshot that Ratis is to begin after, -1 when there is none. */
    private static long bringBack(Place place, ShardEngines engines, ShardEngine engine, SnapshotDirectory snapshots)
            throws IOException {
        for (SnapshotDirectory.Snapshot snapshot : snapshots.newestFirst()) {
            if (engine.applied().index() >= snapshot.position().index() || loads(place, engines, engine, snapshot)) {
                snapshots.use(snapshot);
                LOG.info(
                        "event=replica-brought-back shard={} incarnation={} position={} snapshot={}",
                        place.shard(),
                        place.incarnation(),
                        engine.applied(),
                        snapshot.position());
                return snapshot.position().index();
            }
            snapshots.setAside(snapshot);
        }
        snapshots.use(null);
        return -1;
    }

    /**
     * Loads a snapshot.
     *
     * @return false when it is damaged
     * @throws IOException when it is not, but could not be loaded all the same: the store, or its disk, is at fault
     */
    private static boolean loads(
            Place place, ShardEngines engines, ShardEngine engine, SnapshotDirectory.Snapshot snapshot)
            throws IOException {
        try {
            engine.load(fileOf(snapshot));
            return true;
        } catch (EngineFailedException | IOException e) {
            try {
                engines.verify(place.shard(), place.incarnation(), fileOf(snapshot));
            } catch (IOException damaged) {
                LOG.error(
                        "event=snapshot-damaged shard={} file={}",
                        place.shard(),
                        snapshot.file().getFileName(),
                        damaged);
                return false;
            }
            throw new IOException("a good snapshot cannot be loaded: " + e.getMessage(), e);
        }
    }

    /** Why the log cannot be continued from the snapshot; null when it can. */
    private static @Nullable String gap(Place place, long snapshotIndex) throws IOException {
        long first = place.log().firstIndex();
        LogPosition last = place.log().last();
        if (first >= 0 && snapshotIndex + 1 < first) {
            return "the log begins at " + first + ", but the newest good snapshot ends at " + snapshotIndex;
        }
        if (last != null && place.log().term() < last.term()) {
            return "its file of term and vote says term " + place.log().term() + ", but its log has entries of term "
                    + last.term();
        }
        long end = Math.max(snapshotIndex, last == null ? -1 : last.index());
        if (end < place.committedFloor()) {
            return "log and snapshots end at " + end + ", but entries up to " + place.committedFloor()
                    + " were known to be committed";
        }
        return null;
    }

    /** The engine, at a position from which the log goes on. */
    public ShardEngine engine() {
        return engine;
    }

    SnapshotDirectory snapshots() {
        return snapshots;
    }

    Path outbox() {
        return place.outbox();
    }

    void verify(SnapshotDirectory.Snapshot snapshot) throws IOException {
        engines.verify(place.shard(), place.incarnation(), fileOf(snapshot));
    }

    static SnapshotFile fileOf(SnapshotDirectory.Snapshot snapshot) throws IOException {
        return new SnapshotFile(
                snapshot.file(), ShardStateMachine.toShard(snapshot.position()), Files.size(snapshot.file()));
    }
}
