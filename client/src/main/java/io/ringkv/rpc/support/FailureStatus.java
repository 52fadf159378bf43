package io.ringkv.rpc.support;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.Failure;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Errors of whole calls on the wire: a gRPC status for generic tools, and beside it, in the trailers, a {@link Failure}
 * with the exact code.
 *
 * <p>What a status without a Failure means was decided below RingKV (by gRPC, or by something between). Whether the
 * request took effect is then unknown, unless the caller knows that it can have none.
 */
public final class FailureStatus {

    private static final Metadata.Key<Failure> FAILURE =
            Metadata.Key.of("ringkv-failure-bin", ProtoUtils.metadataMarshaller(Failure.getDefaultInstance()));

    /** Name of the detail that says what lies behind a failed call. */
    public static final String REASON = "reason";

    private FailureStatus() {}

    /** The status of a call that fails with this exception; anything but a {@link RingKvException} is INTERNAL. */
    public static StatusRuntimeException toStatus(Throwable failure) {
        RingKvException exception = toException(failure);
        Metadata trailers = new Metadata();
        trailers.put(FAILURE, toMessage(exception));
        return Status.fromCodeValue(exception.code().grpcStatus().value())
                .withDescription(exception.getMessage())
                .withCause(failure)
                .asRuntimeException(trailers);
    }

    /** The message that carries the exception. */
    public static Failure toMessage(RingKvException exception) {
        return Failure.newBuilder()
                .setCode(exception.number())
                .setMessage(String.valueOf(exception.getMessage()))
                .setRetryAfterMillis((int) Math.min(exception.retryAfterMillis(), Integer.MAX_VALUE))
                .build();
    }

    /** The exception that the message carries. */
    public static RingKvException fromMessage(Failure failure) {
        return RingKvException.fromWire(failure.getCode(), failure.getMessage(), failure.getRetryAfterMillis());
    }

    /** What the failure of a call means: the sender's own words if there are any, else the meaning of the status. */
    public static RingKvException toException(Throwable failure) {
        if (failure instanceof RingKvException exception) {
            return exception;
        }
        if (failure instanceof StatusRuntimeException status) {
            return fromStatus(status.getStatus(), status.getTrailers());
        }
        if (failure instanceof StatusException status) {
            return fromStatus(status.getStatus(), status.getTrailers());
        }
        Throwable cause = failure.getCause();
        if (cause != null && (failure instanceof CompletionException || failure instanceof ExecutionException)) {
            return toException(cause);
        }
        return new RingKvException(ErrorCode.INTERNAL, "An unexpected error ended the call", failure);
    }

    /** What the end of a call means, given as status and trailers. */
    public static RingKvException fromStatus(Status status, @Nullable Metadata trailers) {
        Failure failure = trailers == null ? null : trailers.get(FAILURE);
        if (failure != null) {
            return fromMessage(failure);
        }
        String reason = reasonOf(status);
        RingKvException.Builder builder = RingKvException.builder(codeOf(status.getCode()))
                .sentence("The call ended with gRPC status " + status.getCode())
                .reason(reason);
        if (!reason.isEmpty()) {
            builder.detail(REASON, reason);
        }
        return builder.build();
    }

    /** What is at the bottom of it, such as a refused connection; the descriptions above it say less. */
    private static String reasonOf(Status status) {
        Throwable root = status.getCause();
        while (root != null && root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String description = status.getDescription() == null ? "" : status.getDescription();
        if (root == null || root.getMessage() == null || root.getMessage().isBlank()) {
            return description;
        }
        return root instanceof UnknownHostException ? "unknown host " + root.getMessage() : root.getMessage();
    }

    private static ErrorCode codeOf(Status.Code status) {
        return switch (status) {
            case OK, CANCELLED, UNKNOWN, ABORTED, DATA_LOSS, INTERNAL -> ErrorCode.INTERNAL;
            case INVALID_ARGUMENT, OUT_OF_RANGE, FAILED_PRECONDITION, ALREADY_EXISTS -> ErrorCode.INVALID_ARGUMENT;
            case NOT_FOUND -> ErrorCode.NOT_FOUND;
            case UNIMPLEMENTED -> ErrorCode.OPERATION_UNSUPPORTED;
            case PERMISSION_DENIED, UNAUTHENTICATED -> ErrorCode.FORBIDDEN;
            case RESOURCE_EXHAUSTED -> ErrorCode.OVERLOADED;
            case UNAVAILABLE -> ErrorCode.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> ErrorCode.OUTCOME_UNKNOWN;
        };
    }
}
