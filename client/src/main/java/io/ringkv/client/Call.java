package io.ringkv.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ringkv.client.operation.OperationRequest;
import io.ringkv.client.operation.PendingOperation;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.rpc.Reply;
import java.util.concurrent.CompletableFuture;

/** A request whose answer completes a future. */
final class Call<T> extends PendingOperation {

    private final Replies.Reader<T> reader;
    private final CompletableFuture<T> future = new CompletableFuture<>();

    Call(OperationRequest request, Replies.Reader<T> reader) {
        super(request);
        this.reader = reader;
    }

    CompletableFuture<T> future() {
        return future;
    }

    @Override
    protected void succeeded(Reply reply, ShardRecord shard) {
        T result;
        try {
            result = reader.read(reply, shard);
        } catch (RingKvException e) {
            failed(e);
            return;
        } catch (InvalidProtocolBufferException e) {
            failed(new RingKvException(ErrorCode.MALFORMED_FRAME, "The body of an answer is malformed", e));
            return;
        }
        future.complete(result);
    }

    @Override
    protected void failed(RingKvException failure) {
        future.completeExceptionally(failure);
    }
}
