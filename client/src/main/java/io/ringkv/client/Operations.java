package io.ringkv.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.ringkv.common.limit.LimitChecks;
import io.ringkv.common.limit.Limits;
import io.ringkv.common.ring.KeyHash;
import io.ringkv.common.ring.Token;
import io.ringkv.rpc.CompareAndSetOp;
import io.ringkv.rpc.DeleteOp;
import io.ringkv.rpc.GetOp;
import io.ringkv.rpc.IncrementOp;
import io.ringkv.rpc.MultiGetOp;
import io.ringkv.rpc.PutOp;
import io.ringkv.rpc.ScanOp;
import java.util.Collection;

/** Encodes arguments as the operations of the protocol, once, after checking them. */
final class Operations {

    private Operations() {}

    static Token token(Bytes key) {
        return KeyHash.token(key.array());
    }

    static ByteString get(Bytes key, boolean metadataOnly) {
        LimitChecks.checkKeyLength(key.size());
        return GetOp.newBuilder()
                .setKey(view(key))
                .setMetadataOnly(metadataOnly)
                .build()
                .toByteString();
    }

    static ByteString multiGet(Collection<Bytes> keys) {
        MultiGetOp.Builder operation = MultiGetOp.newBuilder();
        keys.forEach(key -> operation.addKeys(view(key)));
        return operation.build().toByteString();
    }

    static ByteString put(Bytes key, Bytes value) {
        LimitChecks.checkKeyLength(key.size());
        LimitChecks.checkValueLength(value.size());
        return PutOp.newBuilder()
                .setKey(view(key))
                .setValue(view(value))
                .build()
                .toByteString();
    }

    static ByteString delete(Bytes key) {
        LimitChecks.checkKeyLength(key.size());
        return DeleteOp.newBuilder().setKey(view(key)).build().toByteString();
    }

    static ByteString compareAndSet(Bytes key, Expectation expectation, Bytes value) {
        LimitChecks.checkValueLength(value.size());
        return condition(key, expectation).setValue(view(value)).build().toByteString();
    }

    static ByteString compareAndDelete(Bytes key, Expectation expectation) {
        return condition(key, expectation).setDelete(true).build().toByteString();
    }

    static ByteString increment(Bytes key, long delta) {
        LimitChecks.checkKeyLength(key.size());
        return IncrementOp.newBuilder()
                .setKey(view(key))
                .setDelta(delta)
                .build()
                .toByteString();
    }

    static ByteString batch(Batch batch) {
        ByteString body = batch.toOperation().toByteString();
        LimitChecks.checkOperationBytes(body.size());
        return body;
    }

    static ByteString scan(ScanRequest request, Bytes start, int entries, int bytes) {
        return ScanOp.newBuilder()
                .setStart(view(start))
                .setEnd(view(request.end()))
                .setPrefix(view(request.prefix()))
                .setLimit(Math.min(entries, Limits.MAX_SCAN_PAGE_ENTRIES))
                .setKeysOnly(request.keysOnly())
                .setByteLimit(bytes)
                .build()
                .toByteString();
    }

    static io.ringkv.rpc.Consistency toMessage(Consistency consistency) {
        return switch (consistency) {
            case LINEARIZABLE -> io.ringkv.rpc.Consistency.CONSISTENCY_LINEARIZABLE;
            case SESSION -> io.ringkv.rpc.Consistency.CONSISTENCY_SESSION;
            case STALE -> io.ringkv.rpc.Consistency.CONSISTENCY_STALE;
        };
    }

    /** A conditional change without its change. */
    static CompareAndSetOp.Builder condition(Bytes key, Expectation expectation) {
        LimitChecks.checkKeyLength(key.size());
        CompareAndSetOp.Builder operation = CompareAndSetOp.newBuilder().setKey(view(key));
        if (expectation instanceof Expectation.HasValue expected) {
            LimitChecks.checkValueLength(expected.value().size());
            operation.setExpectedValue(view(expected.value()));
        } else if (expectation instanceof Expectation.HasRevision expected) {
            operation.setExpectedRevision(expected.modRevision());
        } else {
            operation.setExpectedAbsent(true);
        }
        return operation;
    }

    /** The bytes without a copy. */
    static ByteString view(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.array());
    }
}
