package io.ringkv.server.barrier;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.server.replica.ShardReplica;
import org.jspecify.annotations.Nullable;

/** Confirms that reads of this server's leaders may be served. */
public interface ReadBarrier extends AutoCloseable {
    /**
     * Calls {@link Waiter#serve} once it is certain that no other leader of the shard committed anything before this
     * call began, and the replica has applied all that was committed by then; else {@link Waiter#refuse}. Exactly one
     * of the two is called, exactly once, on an event loop of the process, on the applying thread, or before this method
     * returns: it must be short.
     *
     * <p>Read from a {@link ShardReplica#reader()} that was got before this call: if the replica is opened anew meanwhile,
     * what it reads from then may be behind what was confirmed.
     */
    void confirm(ShardReplica replica, Waiter waiter);

    /** Whoever waits for a confirmation. */
    interface Waiter {
        /** The reads may be served now. */
        void serve();

        /**
         * The reads may not be served here now.
         *
         * @param leader who leads instead, when known
         */
        void refuse(ErrorCode code, @Nullable ServerId leader);
    }

    /**
     * Refuses the reads that wait for a confirmation, and all that come later. Those that wait for their replica to apply
     * are answered by it, at the latest when it closes. Close the barrier before the loop it lives on.
     */
    @Override
    void close();
}
