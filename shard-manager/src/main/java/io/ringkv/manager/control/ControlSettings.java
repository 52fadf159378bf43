package io.ringkv.manager.control;

import io.ringkv.manager.liveness.LivenessLimits;
import java.util.Objects;

/**
 * How the leading manager watches and instructs.
 *
 * @param liveness how long servers may be silent, and how often that is looked at
 * @param leaderTries how often a shard's first leader is asked to hand over to the server that should lead
 * @param leaderTryMillis time between two such tries
 * @param leaderPatienceMillis a shard that has had a leader for so long counts as settled, whoever leads it
 * @param instructionsMax most instructions in one reply to a heartbeat
 * @param pendingMax most requests that wait for the control thread; above it they are refused as OVERLOADED
 * @param operations how operations are started and driven
 */
public record ControlSettings(
        LivenessLimits liveness,
        int leaderTries,
        long leaderTryMillis,
        long leaderPatienceMillis,
        int instructionsMax,
        int pendingMax,
        OperationSettings operations) {

    /** @throws IllegalArgumentException if a number is below 1 */
    public ControlSettings {
        Objects.requireNonNull(liveness, "liveness");
        Objects.requireNonNull(operations, "operations");
        if (leaderTries < 1
                || leaderTryMillis < 1
                || leaderPatienceMillis < 1
                || instructionsMax < 1
                || pendingMax < 1) {
            throw new IllegalArgumentException("control settings: " + leaderTries + " tries, " + leaderTryMillis
                    + " ms apart, " + leaderPatienceMillis + " ms of patience, " + instructionsMax + " instructions, "
                    + pendingMax + " pending (expected: 1 or more each)");
        }
    }

    /** The usual values around these limits of silence. */
    public static ControlSettings of(LivenessLimits liveness) {
        return of(liveness, OperationSettings.USUAL);
    }

    /** The usual values around these. */
    public static ControlSettings of(LivenessLimits liveness, OperationSettings operations) {
        return new ControlSettings(liveness, 5, 2_000, 30_000, 1_000, 10_000, operations);
    }
}
