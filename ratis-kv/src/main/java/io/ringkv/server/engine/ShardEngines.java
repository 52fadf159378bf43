package io.ringkv.server.engine;

import io.ringkv.common.id.ShardId;
import io.ringkv.server.shard.Position;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;

/** Makes the engines of a server's replicas. Any number of threads. */
public interface ShardEngines {
    /**
     * Opens the state of one replica.
     *
     * <p>If the directory was closed in good order, is of this shard and incarnation, and {@code known} says that log or
     * snapshot hold exactly its position, the engine is at that position. In all other cases what is there is deleted and
     * the engine is empty, at {@link Position#NONE}: {@link ShardEngine#load} and the log bring the state back.
     *
     * @param directory where the replica keeps its store; made if missing; no other engine uses it
     * @param known whether the log, or a snapshot, holds exactly this position
     * @throws IOException if the directory cannot be used
     */
    ShardEngine open(ShardId shard, int incarnation, Path directory, Predicate<Position> known) throws IOException;

    /**
     * Reads a snapshot completely, without loading it.
     *
     * @throws IOException if it is cut, damaged, not of this shard and incarnation, or does not hold its position
     */
    void verify(ShardId shard, int incarnation, SnapshotFile snapshot) throws IOException;

    /**
     * Position at which the directory was closed in good order, or {@link Position#NONE}. Looks only; the answer says
     * nothing about whether log and snapshots still know the position.
     */
    Position closedAt(Path directory) throws IOException;
}
