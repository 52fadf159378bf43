package io.ringkv.server.batch;

import com.google.protobuf.ByteString;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.PutOp;
import io.ringkv.server.log.LogOperationType;
import io.ringkv.server.shard.OperationOutcome;
import org.jspecify.annotations.Nullable;

/** A write that remembers how it was answered, and fails the test when that happens twice. */
final class RecordedWrite extends PendingWrite {
    private final String client;
    private final ReplyTarget target;
    private int answers;
    private @Nullable OperationOutcome outcome;
    private @Nullable ErrorCode refusal;
    private boolean notProposed;

    RecordedWrite(String client, WriteOperation operation, long deadlineNanos, ReplyTarget target) {
        super(operation, deadlineNanos);
        this.client = client;
        this.target = target;
    }

    static WriteOperation put(long session, long sequence, int valueBytes) {
        byte[] body = PutOp.newBuilder()
                .setKey(ByteString.copyFromUtf8("key"))
                .setValue(ByteString.copyFrom(new byte[valueBytes]))
                .build()
                .toByteArray();
        return new WriteOperation(LogOperationType.PUT, session, sequence, 0, null, 0, body, 0, body.length);
    }

    @Override
    protected Object client() {
        return client;
    }

    @Override
    protected ReplyTarget replyTarget() {
        return target;
    }

    @Override
    protected synchronized void complete(OperationOutcome result) {
        answered();
        outcome = result;
    }

    @Override
    protected synchronized void refuse(
            ErrorCode code, boolean certainlyNotProposed, @Nullable ServerId leader, String sentence) {
        answered();
        refusal = code;
        notProposed = certainlyNotProposed;
    }

    private void answered() {
        answers++;
        if (answers > 1) {
            throw new AssertionError(client + " " + operation().sequence() + " was answered twice");
        }
    }

    synchronized boolean isAnswered() {
        return answers > 0;
    }

    synchronized @Nullable OperationOutcome outcome() {
        return outcome;
    }

    synchronized @Nullable ErrorCode refusal() {
        return refusal;
    }

    synchronized boolean notProposed() {
        return notProposed;
    }
}
