package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.server.engine.ShardReader;
import io.ringkv.server.shard.EntryOutcome;
import java.util.concurrent.CompletionStage;

/**
 * One shard's replica on this server, as the door and the barrier see it. Hides Ratis.
 *
 * <p>Threading: all methods from any thread, none blocks.
 */
public interface ShardReplica {
    ShardId shard();

    int incarnation();

    GroupId group();

    /** The division's state now, looked up afresh; consistent in itself as far as {@link DivisionView} says. */
    DivisionView division();

    /** Reads of the applied state. */
    ShardReader reader();

    /**
     * Proposes an entry to the local division, which must lead.
     *
     * <p>The stage completes with the outcome of the entry once it is applied here, or exceptionally with a {@link
     * SubmitException} that says whether the entry certainly left no trace in the log. It completes on the thread that
     * applies entries: callbacks must be short.
     */
    CompletionStage<EntryOutcome> submit(byte[] entry);

    /** Time of the shard at this moment, for the header of an entry; only meaningful while this replica leads. */
    long shardTimeMillis();

    /**
     * Runs the action once the applied index has reached {@code index}, at once when it has already; on the applying
     * thread otherwise. When the replica closes first, {@code closed} runs instead. Exactly one of the two runs.
     */
    void whenApplied(long index, Runnable action, Runnable closed);
}
