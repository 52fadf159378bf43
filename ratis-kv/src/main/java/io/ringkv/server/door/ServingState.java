package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/** Whether the server takes requests. */
public enum ServingState {
    /** Replicas are being opened. */
    STARTING(ErrorCode.STARTING, "The server has not finished starting"),
    /** Requests are taken. */
    SERVING(null, ""),
    /** What was taken is finished, nothing new is. */
    STOPPING(ErrorCode.SHUTTING_DOWN, "The server is stopping");

    private final @Nullable ErrorCode refusal;
    private final String sentence;

    ServingState(@Nullable ErrorCode refusal, String sentence) {
        this.refusal = refusal;
        this.sentence = sentence;
    }

    /** Why a request is refused in this state; null when it is not. */
    @Nullable
    Refusal refusal() {
        return refusal == null ? null : Refusal.of(refusal, sentence);
    }
}
