package io.ringkv.common.error;

/**
 * The gRPC status codes that errors map to, by their published names and numbers, so that this package needs no gRPC.
 *
 * <p>The RingKV code travels beside the status; the status alone is for generic tools and proxies.
 */
public enum GrpcStatus {
    OK(0),
    UNKNOWN(2),
    INVALID_ARGUMENT(3),
    DEADLINE_EXCEEDED(4),
    NOT_FOUND(5),
    PERMISSION_DENIED(7),
    RESOURCE_EXHAUSTED(8),
    FAILED_PRECONDITION(9),
    ABORTED(10),
    UNIMPLEMENTED(12),
    INTERNAL(13),
    UNAVAILABLE(14),
    DATA_LOSS(15);

    private final int value;

    GrpcStatus(int value) {
        this.value = value;
    }

    /** Number of the status on the wire. */
    public int value() {
        return value;
    }
}
