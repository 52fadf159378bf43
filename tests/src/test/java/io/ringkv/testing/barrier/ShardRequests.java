package io.ringkv.testing.barrier;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.ringkv.rpc.Consistency;
import io.ringkv.rpc.GetOp;
import io.ringkv.rpc.GetResult;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.PutOp;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Requests of one key at the door, as a client would send them, and what is in the replies. */
final class ShardRequests {
    /** Time to live for requests that are to be answered. */
    static final int LONG_MILLIS = 20_000;

    private static final ByteString KEY = ByteString.copyFromUtf8("n");
    private static final int CLIENT_ID_BYTES = 16;

    private ShardRequests() {}

    /**
     * A write in the session of a client, which it opens or finds. Every attempt with the same sequence is the same write; an
     * earlier one is given up by it.
     */
    static Request put(long client, long sequence, String value) {
        ByteBuffer clientId = ByteBuffer.allocate(CLIENT_ID_BYTES).putLong(7).putLong(client);
        PutOp body = PutOp.newBuilder()
                .setKey(KEY)
                .setValue(ByteString.copyFromUtf8(value))
                .build();
        return header().setType(OperationType.OPERATION_TYPE_PUT)
                .setBody(body.toByteString())
                .setClientId(ByteString.copyFrom(clientId.array()))
                .setSequence(sequence)
                .setFloor(sequence)
                .setBudgetMillis(LONG_MILLIS)
                .build();
    }

    /** Whatever the replica has. */
    static Request staleGet() {
        return get(Consistency.CONSISTENCY_STALE, 0, LONG_MILLIS);
    }

    /** No less than this revision. */
    static Request sessionGet(long revision, int budgetMillis) {
        return get(Consistency.CONSISTENCY_SESSION, revision, budgetMillis);
    }

    private static Request get(Consistency consistency, long revision, int budgetMillis) {
        return header().setType(OperationType.OPERATION_TYPE_GET)
                .setBody(GetOp.newBuilder().setKey(KEY).build().toByteString())
                .setConsistency(consistency)
                .setMinimumRevision(revision)
                .setBudgetMillis(budgetMillis)
                .build();
    }

    private static Request.Builder header() {
        return Request.newBuilder().setId(1).setShard(ShardServer.SHARD.value()).setIncarnation(1);
    }

    /** The value in the reply to a read; null when it was refused, or there is none. */
    static @Nullable String value(Reply reply) {
        try {
            return reply.getCode() != 0
                    ? null
                    : GetResult.parseFrom(reply.getBody()).getEntry().getValue().toStringUtf8();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("An answer cannot be read.", e);
        }
    }
}
