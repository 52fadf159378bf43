package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.limit.LimitChecks;
import io.ringkv.rpc.OperationType;
import io.ringkv.server.log.LogOperationType;
import org.jspecify.annotations.Nullable;

/** Checks of a request that need nothing but the request. Pure. */
final class RequestChecks {
    private RequestChecks() {}

    /** The operation asked for; null when clients may not ask for it. */
    static @Nullable OperationType clientOperation(int number) {
        OperationType type = OperationType.forNumber(number);
        if (type == null) {
            return null;
        }
        return switch (type) {
            case OPERATION_TYPE_PUT,
                    OPERATION_TYPE_DELETE,
                    OPERATION_TYPE_COMPARE_AND_SET,
                    OPERATION_TYPE_INCREMENT,
                    OPERATION_TYPE_BATCH,
                    OPERATION_TYPE_GET,
                    OPERATION_TYPE_MULTI_GET,
                    OPERATION_TYPE_SCAN,
                    OPERATION_TYPE_OPEN,
                    OPERATION_TYPE_CLOSE,
                    OPERATION_TYPE_RESOLVE -> type;
            default -> null;
        };
    }

    /** Why this type of operation is refused. */
    static Refusal unsupported(int number) {
        OperationType type = OperationType.forNumber(number);
        String sentence = type == null || type == OperationType.OPERATION_TYPE_UNSPECIFIED
                ? "The operation type is " + Integer.toUnsignedString(number) + ", which this server does not know"
                : "The operation type is " + OperationBody.nameOf(type) + ", which servers send only to themselves";
        return Refusal.of(ErrorCode.OPERATION_UNSUPPORTED, sentence);
    }

    static boolean isRead(OperationType type) {
        return type == OperationType.OPERATION_TYPE_GET
                || type == OperationType.OPERATION_TYPE_MULTI_GET
                || type == OperationType.OPERATION_TYPE_SCAN;
    }

    /**
     * Checks the header fields.
     *
     * @return what is wrong with them; null when nothing is
     * @throws io.ringkv.common.error.RingKvException when a limit is passed
     */
    static @Nullable Refusal checkHeader(RequestHeader request, OperationType type) {
        LimitChecks.checkRequestTimeoutMillis(request.budgetMillisOrDefault());
        if (request.shard < 1) {
            return Refusal.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "The shard number is " + Integer.toUnsignedString(request.shard) + "; it is 1 or more");
        }
        if (request.incarnation < 1) {
            return Refusal.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "The incarnation is " + Integer.toUnsignedString(request.incarnation) + "; it is 1 or more");
        }
        if (request.keyspace != 0) {
            return Refusal.of(
                    ErrorCode.OPERATION_UNSUPPORTED,
                    "The keyspace is " + Long.toUnsignedString(request.keyspace) + "; this release knows 0 only");
        }
        if (request.hasRequestKey) {
            return Refusal.of(
                    ErrorCode.OPERATION_UNSUPPORTED, "The request has a request key, which this release does not take");
        }
        return isRead(type) ? checkRead(request) : checkSession(request, type);
    }

    private static @Nullable Refusal checkRead(RequestHeader request) {
        boolean known = request.consistency >= 0 && request.consistency <= 2;
        return known
                ? null
                : Refusal.of(
                        ErrorCode.INVALID_ARGUMENT,
                        "The consistency is " + request.consistency + "; known are 0 (linearizable), 1 (session) and 2"
                                + " (stale)");
    }

    private static @Nullable Refusal checkSession(RequestHeader request, OperationType type) {
        if (!request.hasValidClientId()) {
            return Refusal.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "The client id is not valid; it has " + RequestHeader.CLIENT_ID_BYTES + " bytes, not all 0");
        }
        if (type == OperationType.OPERATION_TYPE_OPEN) {
            return null;
        }
        boolean isWrite = logType(type).isWrite();
        if (request.session == 0 && (!isWrite || request.clientId == null)) {
            String needed = isWrite ? "a session, or a client id to open one" : "the session it is about";
            return Refusal.of(ErrorCode.INVALID_ARGUMENT, OperationBody.nameOf(type) + " needs " + needed);
        }
        if (isWrite && request.sequence == 0) {
            return Refusal.of(
                    ErrorCode.INVALID_ARGUMENT, "The sequence is 0; the writes of a session are numbered from 1");
        }
        if (isWrite && Long.compareUnsigned(request.floor, request.sequence) > 0) {
            return Refusal.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "The floor is " + Long.toUnsignedString(request.floor) + ", above the sequence "
                            + Long.toUnsignedString(request.sequence) + ", whose answer is awaited");
        }
        return null;
    }

    /** The type in the log of an operation that is no read. */
    static LogOperationType logType(OperationType type) {
        LogOperationType known = LogOperationType.ofNumber(type.getNumber());
        if (known == null) {
            throw new IllegalArgumentException("operation type: " + type + " (expected: one of the log)");
        }
        return known;
    }
}
