package io.ringkv.server.door;

import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Token;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.common.wire.ShardMapMessages;
import org.jspecify.annotations.Nullable;

/** Adds to a refusal the shard record its sender should have gone by, so that a redirect takes one hop. Thread-safe. */
final class NewerRecords {
    private final ShardMapSource source;

    NewerRecords(ShardMapSource source) {
        this.source = source;
    }

    /**
     * For a request that came to a server without such a replica. It carries no replica epoch, so the record is given
     * whenever there is one.
     */
    Refusal withRecord(Refusal refusal, RequestHeader request) {
        ShardRecord known = find(request);
        return known == null ? refusal : refusal.withRecord(ShardMapMessages.toMessage(known));
    }

    /**
     * Whether the life of the shard that a request is meant for is over, by the map. A replica of it may have come back and
     * not have been told yet; it may even have found a majority of its like.
     */
    boolean isOver(RequestHeader request) {
        ShardRecord known = find(request);
        return known != null && known.incarnation() > request.incarnation;
    }

    /** For a request that came to a replica that does not lead: only what the sender cannot have known. */
    Refusal withRecordIfNewer(Refusal refusal, RequestHeader request) {
        if (refusal.code().family() != ErrorFamily.NOT_LEADER) {
            return refusal;
        }
        ShardRecord known = find(request);
        if (known == null || (known.incarnation() <= request.incarnation && known.rangeEpoch() <= request.rangeEpoch)) {
            return refusal;
        }
        return refusal.withRecord(ShardMapMessages.toMessage(known));
    }

    /** For a key that another shard has. */
    Refusal withOwner(Refusal refusal, Token token) {
        ShardMap map = source.shardMap();
        ShardRecord owner = map == null ? null : map.shardFor(token);
        return owner == null ? refusal : refusal.withRecord(ShardMapMessages.toMessage(owner));
    }

    private @Nullable ShardRecord find(RequestHeader request) {
        ShardMap map = source.shardMap();
        return map == null || request.shard < 1 ? null : map.shard(new ShardId(request.shard));
    }
}
