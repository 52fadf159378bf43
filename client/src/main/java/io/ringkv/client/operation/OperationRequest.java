package io.ringkv.client.operation;

import com.google.protobuf.ByteString;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Token;
import io.ringkv.rpc.Consistency;
import io.ringkv.rpc.OperationType;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What a caller asks of one shard.
 *
 * @param type the operation
 * @param body the operation, encoded once: for a write, the bytes that end up in the log
 * @param target which shard it is for
 * @param consistency what a read may return
 * @param bulk whether it goes by the stream for large things
 * @param timeout time within which the caller must be answered
 */
public record OperationRequest(
        OperationType type, ByteString body, Target target, Consistency consistency, boolean bulk, Duration timeout) {

    /** First number of operations that are not writes. */
    private static final int FIRST_READ = OperationType.OPERATION_TYPE_GET_VALUE;

    /** Nothing may be null. */
    public OperationRequest {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(consistency, "consistency");
        Objects.requireNonNull(timeout, "timeout");
    }

    /** Whether it changes anything. */
    public boolean isWrite() {
        return type.getNumber() < FIRST_READ;
    }

    /** Whether only the leader can serve it. */
    public boolean needsLeader() {
        return isWrite() || consistency == Consistency.CONSISTENCY_LINEARIZABLE;
    }

    /** How the shard of a request is found. */
    public sealed interface Target {

        /** The shard of one key. */
        static Target key(Token token) {
            return new Keys(token, List.of());
        }

        /**
         * The one shard of several keys, whichever it is when the request is sent.
         *
         * @param first position of the first key
         * @param others positions of further keys
         */
        record Keys(Token first, List<Token> others) implements Target {

            /** Copies the list. */
            public Keys {
                Objects.requireNonNull(first, "first");
                others = List.copyOf(others);
            }
        }

        /**
         * This shard, as it is cut now.
         *
         * @param shard its number
         */
        record Shard(ShardId shard) implements Target {

            /** The shard may not be null. */
            public Shard {
                Objects.requireNonNull(shard, "shard");
            }
        }
    }
}
