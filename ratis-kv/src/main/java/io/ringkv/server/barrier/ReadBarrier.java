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
     * of the two is called, exactly once, on an event loop of the process or on the applying thread: it must be short.
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

    @Override
    void close();
}
