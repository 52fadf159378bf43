package io.ringkv.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.ringkv.rpc.CompareAndSetOp;

/** Translates arguments into the operations of the protocol. */
final class Operations {

    private Operations() {}

    /** The bytes without a copy. */
    static ByteString view(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.array());
    }

    static CompareAndSetOp.Builder condition(Bytes key, Expectation expectation) {
        CompareAndSetOp.Builder operation = CompareAndSetOp.newBuilder().setKey(view(key));
        if (expectation instanceof Expectation.HasValue expected) {
            operation.setExpectedValue(view(expected.value()));
        } else if (expectation instanceof Expectation.HasRevision expected) {
            operation.setExpectedRevision(expected.modRevision());
        } else {
            operation.setExpectedAbsent(true);
        }
        return operation;
    }
}
