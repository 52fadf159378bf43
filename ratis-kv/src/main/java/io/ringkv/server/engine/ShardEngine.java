package io.ringkv.server.engine;

import io.ringkv.server.shard.EntryOutcome;
import io.ringkv.server.shard.Position;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of one shard replica, free of Raft: applies log entries in order, serves reads, writes and loads
 * snapshots.
 *
 * <p>Contract
 *
 * <ul>
 *   <li>The position is part of the state: after a restart the state may lack a suffix of what was applied (the log
 *       replays it), never a middle. Entries at or below the applied position are ignored.
 *   <li>Same entries, same state, byte for byte, on every replica: no clock, no randomness, no hash order.
 *   <li>A refused condition is an outcome. Anything unexpected is {@link EngineFailedException}; from then on the
 *       engine answers nothing but its failure.
 *   <li>{@link #apply}, {@link #advance}, {@link #pollSnapshot}, {@link #pause}, {@link #load} are called by one thread
 *       at a time (Ratis' state machine updater); {@link #reader()} by any.
 * </ul>
 */
public interface ShardEngine extends AutoCloseable {
    /** Last applied entry, of any kind. */
    Position applied();

    /** Reads of the applied state. The same object for the life of the engine. */
    ShardReader reader();

    /**
     * Applies one entry of the log, all of it or, on failure, nothing.
     *
     * @param position where the entry stands; ignored (null is returned) when not above {@link #applied()}
     * @param entry the entry, format in docs/formats.md; only valid during the call
     */
    @Nullable
    EntryOutcome apply(Position position, byte[] entry) throws EngineFailedException;

    /** Notes that the log went on by an entry that is none of ours (configuration, metadata). */
    void advance(Position position) throws EngineFailedException;

    /**
     * Begins a snapshot of the present state, or continues with one under way. Cheap: the writing happens on another
     * thread while applies go on.
     *
     * @param directory where the file is to appear, complete, checked and durable, under its final name
     * @return the newest finished snapshot since the last call, or null when there is none (yet)
     */
    @Nullable
    SnapshotFile pollSnapshot(Path directory) throws EngineFailedException;

    /** Stops reads and applies; files stay. Followed by {@link #load} or {@link #close}. */
    void pause();

    /**
     * Replaces the whole state by a snapshot, which is checked completely while it is read. After an exception the engine is
     * empty and serves nothing, and another snapshot may be loaded.
     */
    void load(SnapshotFile snapshot) throws IOException, EngineFailedException;

    /**
     * Sessions that are idle beyond their limit at this shard time, ordered by id. Called by whoever applies, or while
     * nobody does.
     *
     * @param limit most sessions to return
     */
    List<Long> idleSessions(long shardTimeMillis, int limit);

    /**
     * Notes the voters in force from this position on, so that snapshots carry them. Called by whoever applies, before the
     * position is advanced to.
     *
     * @param configuration opaque bytes, to be given back with a snapshot
     */
    void configure(Position position, byte[] configuration);

    /** Sizes and digest, for reports. */
    EngineStats stats();

    /** Digests to be compared with those of the shard's other replicas. */
    ReplicaDigests digests();

    /** Why the engine has failed; null while it has not. */
    @Nullable
    String failure();

    /** Whether it failed because what its store holds is damaged: made anew from snapshot and log it would be whole. */
    default boolean isDamaged() {
        return false;
    }

    /** Closes in good order: the next open with unchanged files needs no snapshot. Never throws; logs what failed. */
    @Override
    void close();
}
