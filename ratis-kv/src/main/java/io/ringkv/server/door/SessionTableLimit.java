package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.limit.Limits;
import io.ringkv.server.engine.EngineStats;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the session table of a shard from growing without bound: refuses at the door what would add to a full one. Never
 * evicts: a session forgotten too early could let a write happen twice.
 */
final class SessionTableLimit {
    private SessionTableLimit() {}

    /**
     * Decides about a write.
     *
     * @param opens whether it may open a session
     * @return why it is refused; null when it is not
     */
    static @Nullable Refusal check(EngineStats stats, boolean opens, int retryAfterMillis) {
        if (opens && stats.sessions() >= Limits.MAX_SESSIONS) {
            return Refusal.busy(
                    ErrorCode.TOO_MANY_SESSIONS,
                    "The shard has " + stats.sessions() + " sessions; the limit is " + Limits.MAX_SESSIONS,
                    retryAfterMillis);
        }
        if (stats.sessionBytes() >= Limits.MAX_SESSION_BYTES) {
            return Refusal.busy(
                    ErrorCode.SESSION_TABLE_FULL,
                    "The results kept for sessions take " + stats.sessionBytes() + " bytes; the limit is "
                            + Limits.MAX_SESSION_BYTES,
                    retryAfterMillis);
        }
        return null;
    }
}
