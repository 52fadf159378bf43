package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.rpc.OperationType;

/**
 * One request on its way through the server, from its arrival to its answer.
 *
 * <p>Answered once: a second answer would be taken for that of another request, so it is dropped.
 */
final class Exchange {
    private final RequestHeader request;
    private final OperationType type;
    private final ReplySink sink;
    private final DoorMetrics metrics;
    private final long arrivedNanos;
    private boolean answered;

    Exchange(RequestHeader request, OperationType type, ReplySink sink, DoorMetrics metrics, long arrivedNanos) {
        this.request = request;
        this.type = type;
        this.sink = sink;
        this.metrics = metrics;
        this.arrivedNanos = arrivedNanos;
    }

    RequestHeader request() {
        return request;
    }

    ReplySink sink() {
        return sink;
    }

    OperationType type() {
        return type;
    }

    /** Reading of the door's clock after which nobody waits for the answer. */
    long deadlineNanos() {
        return arrivedNanos + request.budgetMillisOrDefault() * 1_000_000;
    }

    /** Hands the answer to the sink, which is still to be flushed. */
    void answer(Answer answer, long nowNanos) {
        synchronized (this) {
            if (answered) {
                return;
            }
            answered = true;
        }
        ErrorCode code = answer.code();
        metrics.answered(type, code.family(), nowNanos - arrivedNanos);
        sink.send(request, answer);
    }
}
