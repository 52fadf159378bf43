package io.ringkv.client.operation;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;

/** What callers are told when a request fails. */
final class Failures {

    private Failures() {}

    static RingKvException of(PendingOperation operation, ErrorCode code, String sentence) {
        return RingKvException.builder(code)
                .sentence(sentence)
                .reason(operation.lastMessage)
                .detail("attempts", operation.attempts)
                .detail("lastCode", operation.lastCode)
                .build();
    }

    static String timeOver(PendingOperation operation) {
        return "No answer came within " + operation.request.timeout().toMillis() + " ms and " + attempts(operation);
    }

    static String noMoreRetries(PendingOperation operation) {
        return "The request was given up after " + attempts(operation);
    }

    private static String attempts(PendingOperation operation) {
        return operation.attempts == 1 ? "1 attempt" : operation.attempts + " attempts";
    }
}
