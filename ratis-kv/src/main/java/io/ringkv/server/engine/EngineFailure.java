package io.ringkv.server.engine;

import io.ringkv.common.id.ShardId;
import io.ringkv.server.shard.Position;
import io.ringkv.server.storage.StoreException;
import io.ringkv.server.storage.snapshot.StateDamagedException;

/**
 * Why an engine has failed.
 *
 * @param reason for people
 * @param isDamage it is the fault of what the store holds, not of the log: a state that is made anew from snapshot and log
 *     would be whole
 */
record EngineFailure(String reason, boolean isDamage) {

    /** The failure that an unexpected error comes to. MapDB reports damage by exceptions and errors alike. */
    static EngineFailure of(ShardId shard, Position position, Throwable cause) {
        String text = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        boolean isDamage = false;
        for (Throwable each = cause; each != null; each = each.getCause()) {
            isDamage |= each instanceof StoreException
                    || each instanceof StateDamagedException
                    || each instanceof AssertionError
                    || each instanceof InternalError;
        }
        return new EngineFailure("shard " + shard + " stopped at " + position + ": " + text, isDamage);
    }
}
