package io.ringkv.server.replica;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import org.jspecify.annotations.Nullable;

/** A proposal was refused, or its fate is unknown. Carries no stack trace: it is thrown under load. */
public final class SubmitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final boolean notProposed;
    private final transient @Nullable ServerId leaderHint;

    /**
     * @param notProposed true when the entry certainly is in no log and never will be; false when it is in doubt
     */
    public SubmitException(ErrorCode code, boolean notProposed, @Nullable ServerId leaderHint, String message) {
        super(message, null, false, false);
        this.code = code;
        this.notProposed = notProposed;
        this.leaderHint = leaderHint;
    }

    public ErrorCode code() {
        return code;
    }

    public boolean notProposed() {
        return notProposed;
    }

    public @Nullable ServerId leaderHint() {
        return leaderHint;
    }
}
