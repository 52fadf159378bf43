package io.ringkv.server.replica;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.server.engine.EngineStats;
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

    /**
     * Whether writes may be proposed here now, as far as this replica believes: {@code division().serving()}, perhaps
     * cheaper, because the door asks for every write.
     */
    default boolean serving() {
        return division().serving();
    }

    /** For how long no replica has been known here to lead, 0 while one is; what other replicas know may differ. */
    default long leaderlessMillis() {
        return 0;
    }

    /**
     * Current term of the division, if it is RUNNING, else 0. Reads the term first and the life cycle of the same
     * division after it: an answer to the barrier of another server rests on that order.
     */
    long termIfRunning();

    /**
     * Gives up leadership without naming a successor, because this leader cannot prove that it leads. Does nothing when
     * this replica does not lead. Returns at once.
     */
    void stepDown(String reason);

    /**
     * Reads of the applied state that is open now. It stays what it is: a replica that is opened anew has another one, which
     * may be behind, and this one refuses from then on. What is read after {@link #whenApplied} or the barrier must be read
     * from a reader that was got before.
     */
    ShardReader reader();

    /** Sizes of the applied state, among them those of the session table, which the door bounds. Cheap. */
    EngineStats stats();

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
     * thread otherwise. When the replica closes or fails first, {@code closed} runs instead. Exactly one of the two runs.
     */
    void whenApplied(long index, Runnable action, Runnable closed);
}
