package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.id.ServerId;
import io.ringkv.server.batch.PendingWrite;
import io.ringkv.server.batch.ReplyTarget;
import io.ringkv.server.batch.WriteOperation;
import io.ringkv.server.shard.OperationOutcome;
import org.jspecify.annotations.Nullable;

/** A write that was let in; the batcher answers it. */
final class WriteRequest extends PendingWrite {
    private final Exchange exchange;
    private final DoorContext context;

    WriteRequest(Exchange exchange, WriteOperation operation, DoorContext context) {
        super(operation, exchange.deadlineNanos());
        this.exchange = exchange;
        this.context = context;
    }

    @Override
    protected Object client() {
        return exchange.sink().client();
    }

    @Override
    protected ReplyTarget replyTarget() {
        return exchange.sink();
    }

    @Override
    protected void complete(OperationOutcome outcome) {
        Answer answer = Answer.of(outcome);
        if (!exchange.sink().hasRoom()) {
            // Nobody reads; the record of a refused condition may be large, and duplicates go without it too.
            answer.dropOptionalBody();
        }
        exchange.answer(answer, context.clock().nanos());
    }

    @Override
    protected void refuse(ErrorCode code, boolean notProposed, @Nullable ServerId leader, String sentence) {
        Refusal refusal = code.family() == ErrorFamily.OVERLOADED
                ? Refusal.busy(code, sentence, context.settings().retryAfterMillis())
                : Refusal.of(code, sentence).withLeader(leader);
        Refusal complete = notProposed ? refusal : refusal.inDoubt();
        exchange.answer(
                Answer.of(context.records().withRecordIfNewer(complete, exchange.request())),
                context.clock().nanos());
    }
}
