package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.ring.Token;
import io.ringkv.server.shard.ShardMeta;
import org.jspecify.annotations.Nullable;

/** Whether a shard holds the keys of an operation, by the range it has applied. */
final class RangeCheck {
    private RangeCheck() {}

    /** Why the shard cannot serve the keys; null when it can. */
    static @Nullable Refusal check(OperationBody body, ShardMeta meta, NewerRecords records) {
        int inside = body.keysInside(meta.range());
        if (inside == body.keyCount()) {
            return null;
        }
        Token outside = body.token(body.firstOutside(meta.range()));
        String where = "Shard " + meta.shard() + " holds the tokens " + meta.range() + ", not " + outside;
        if (inside > 0) {
            return Refusal.of(ErrorCode.BATCH_SPANS_SHARDS, where);
        }
        return records.withOwner(Refusal.of(ErrorCode.NOT_RESPONSIBLE, where), outside);
    }
}
