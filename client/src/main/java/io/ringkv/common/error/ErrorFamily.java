package io.ringkv.common.error;

import static io.ringkv.common.error.Effect.NOT_APPLIED;

/**
 * The decision an error asks of its caller. Every code belongs to one family, by the hundreds of its number, so a
 * receiver can decide about codes younger than itself.
 *
 * <p>A code describes one <em>attempt</em>. A request as a whole is "not applied" only if every attempt was refused that
 * way; the client library keeps count.
 */
public enum ErrorFamily {
    /** No error; its only number is 0. */
    OK(0, Effect.APPLIED, ExitCode.OK, GrpcStatus.OK, 200, "Go on."),
    INVALID_ARGUMENT(1, NOT_APPLIED, ExitCode.USAGE, GrpcStatus.INVALID_ARGUMENT, 400, "Change the request."),
    NOT_FOUND(2, NOT_APPLIED, ExitCode.NOT_FOUND, GrpcStatus.NOT_FOUND, 404, "Accept that it does not exist."),
    CONDITION_FAILED(
            3,
            NOT_APPLIED,
            ExitCode.CONDITION_FAILED,
            GrpcStatus.FAILED_PRECONDITION,
            409,
            "Read the present state and decide anew."),
    /** Includes being not responsible for a key. */
    STALE(
            4,
            NOT_APPLIED,
            ExitCode.UNAVAILABLE,
            GrpcStatus.ABORTED,
            421,
            "Refresh what is out of date (shard map, session, position), then send again."),
    NOT_LEADER(5, NOT_APPLIED, ExitCode.UNAVAILABLE, GrpcStatus.ABORTED, 421, "Send to the leader."),
    OVERLOADED(
            6, NOT_APPLIED, ExitCode.UNAVAILABLE, GrpcStatus.RESOURCE_EXHAUSTED, 429, "Wait as told, then send again."),
    READ_ONLY(
            7,
            NOT_APPLIED,
            ExitCode.LIMIT,
            GrpcStatus.RESOURCE_EXHAUSTED,
            507,
            "Stop writing until there is space; reads and deletes go on."),
    UNAVAILABLE(8, NOT_APPLIED, ExitCode.UNAVAILABLE, GrpcStatus.UNAVAILABLE, 503, "Try again later or elsewhere."),
    OUTCOME_UNKNOWN(
            9,
            Effect.UNKNOWN,
            ExitCode.OUTCOME_UNKNOWN,
            GrpcStatus.UNKNOWN,
            504,
            "Find out what happened before sending anything that must not happen twice."),
    FORBIDDEN(10, NOT_APPLIED, ExitCode.FORBIDDEN, GrpcStatus.PERMISSION_DENIED, 403, "Do not retry; it is refused."),
    INTERNAL(
            11,
            Effect.UNKNOWN,
            ExitCode.FAILURE,
            GrpcStatus.INTERNAL,
            500,
            "Report it; an operator has to look at the process.");

    /** Numbers per family. */
    static final int RANGE = 100;

    private final int hundreds;
    private final Effect effect;
    private final ExitCode exitCode;
    private final GrpcStatus grpcStatus;
    private final int httpStatus;
    private final String decision;

    ErrorFamily(
            int hundreds, Effect effect, ExitCode exitCode, GrpcStatus grpcStatus, int httpStatus, String decision) {
        this.hundreds = hundreds;
        this.effect = effect;
        this.exitCode = exitCode;
        this.grpcStatus = grpcStatus;
        this.httpStatus = httpStatus;
        this.decision = decision;
    }

    /**
     * The family a number from the wire belongs to, known code or not.
     *
     * @return {@link #INTERNAL} for a number outside every range, because nothing can be promised about it
     */
    public static ErrorFamily ofNumber(int number) {
        for (ErrorFamily family : values()) {
            if (family.firstNumber() <= number && number <= family.lastNumber()) {
                return family;
            }
        }
        return INTERNAL;
    }

    /** Smallest number of the family; it is the number of its general code. */
    public int firstNumber() {
        return hundreds * RANGE;
    }

    /** Greatest number of the family. */
    public int lastNumber() {
        return this == OK ? 0 : firstNumber() + RANGE - 1;
    }

    /** The code of the family that says no more than the family itself. */
    public ErrorCode generalCode() {
        return ErrorCode.valueOf(name());
    }

    /** What the caller should do. */
    public String decision() {
        return decision;
    }

    /** Whether an attempt answered so may have changed data, unless a code says otherwise. */
    public Effect effect() {
        return effect;
    }

    /** Exit code of a command that ends so, unless a code says otherwise. */
    public ExitCode exitCode() {
        return exitCode;
    }

    /** gRPC status, unless a code says otherwise. */
    public GrpcStatus grpcStatus() {
        return grpcStatus;
    }

    /** HTTP status, unless a code says otherwise. */
    public int httpStatus() {
        return httpStatus;
    }
}
