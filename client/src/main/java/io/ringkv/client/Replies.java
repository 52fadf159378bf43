package io.ringkv.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.rpc.Entry;
import io.ringkv.rpc.Reply;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Turns answers into results. What the caller may keep is copied out of the message, which is as large as the frame it
 * came in.
 */
final class Replies {

    private Replies() {}

    /** Makes a result of an answer. */
    @FunctionalInterface
    interface Reader<T> {

        /**
         * The result.
         *
         * @throws RingKvException if the answer is a failure to the caller
         * @throws InvalidProtocolBufferException if the body is malformed
         */
        T read(Reply reply, ShardRecord shard) throws InvalidProtocolBufferException;
    }

    static GetResult get(Reply reply, ShardRecord shard, Consistency consistency)
            throws InvalidProtocolBufferException {
        ReadFreshness freshness = freshness(reply, shard, consistency);
        if (ErrorCode.ofWire(reply.getCode()) == ErrorCode.KEY_NOT_FOUND) {
            return new GetResult(Optional.empty(), freshness);
        }
        succeed(reply);
        Entry entry = io.ringkv.rpc.GetResult.parseFrom(reply.getBody()).getEntry();
        return new GetResult(Optional.of(keyValue(entry)), freshness);
    }

    static PutResult put(Reply reply, ShardRecord shard) {
        succeed(reply);
        return new PutResult(shard.id(), reply.getRevision(), reply.getNumber());
    }

    static DeleteResult delete(Reply reply, ShardRecord shard) {
        succeed(reply);
        return new DeleteResult(shard.id(), reply.getNumber() != 0, reply.getRevision());
    }

    static IncrementResult increment(Reply reply, ShardRecord shard) {
        succeed(reply);
        return new IncrementResult(shard.id(), reply.getNumber(), reply.getRevision());
    }

    static CompareAndSetResult compareAndSet(Reply reply, ShardRecord shard) throws InvalidProtocolBufferException {
        ErrorCode code = ErrorCode.ofWire(reply.getCode());
        ShardId id = shard.id();
        if (code.family() != ErrorFamily.CONDITION_FAILED) {
            succeed(reply);
            return new CompareAndSetResult(id, true, reply.getRevision(), Optional.empty(), Optional.empty());
        }
        Optional<KeyValue> current =
                reply.getBody().isEmpty() ? Optional.empty() : Optional.of(keyValue(Entry.parseFrom(reply.getBody())));
        return new CompareAndSetResult(id, false, reply.getRevision(), Optional.of(code), current);
    }

    static BatchResult batch(Reply reply, ShardRecord shard) {
        ErrorCode code = ErrorCode.ofWire(reply.getCode());
        if (code.family() != ErrorFamily.CONDITION_FAILED) {
            succeed(reply);
            return new BatchResult(shard.id(), true, reply.getRevision(), Optional.empty(), OptionalInt.empty());
        }
        OptionalInt failedIndex = OptionalInt.of(reply.getFailedIndex());
        return new BatchResult(shard.id(), false, 0, Optional.of(code), failedIndex);
    }

    static ReadFreshness freshness(Reply reply, ShardRecord shard, Consistency consistency) {
        boolean known = consistency == Consistency.STALE && reply.getStalenessMillis() != 0;
        OptionalLong staleness = known ? OptionalLong.of(reply.getStalenessMillis()) : OptionalLong.empty();
        return new ReadFreshness(shard.id(), consistency, reply.getRevision(), staleness);
    }

    static KeyValue keyValue(Entry entry) {
        return new KeyValue(
                Bytes.wrap(entry.getKey().toByteArray()),
                Bytes.wrap(entry.getValue().toByteArray()),
                entry.getCreateRevision(),
                entry.getModRevision(),
                entry.getVersion());
    }

    /** Throws what an answer that is no success says. */
    static void succeed(Reply reply) {
        if (reply.getCode() != 0) {
            throw RingKvException.fromWire(reply.getCode(), reply.getMessage(), reply.getRetryAfterMillis());
        }
    }
}
