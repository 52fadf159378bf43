package io.ringkv.manager.control;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.Founding;
import org.jspecify.annotations.Nullable;

/** Whether a caller means the cluster that this manager belongs to. Stateless. */
final class ClusterClaim {

    private ClusterClaim() {}

    /**
     * Checks what a caller says.
     *
     * @param claimed the cluster that it names, null if it names none
     * @param claimant whose claim it is, for the message: "the caller means"
     * @throws RingKvException with {@link ErrorCode#NOT_BOOTSTRAPPED} before the cluster exists, with {@link
     *     ErrorCode#WRONG_CLUSTER} if another one is named
     */
    static void check(ClusterState state, @Nullable ClusterId claimed, String claimant) {
        Founding founding = state.founding();
        if (founding == null) {
            throw new RingKvException(ErrorCode.NOT_BOOTSTRAPPED, "The cluster does not exist yet");
        }
        if (claimed != null && !claimed.equals(founding.cluster())) {
            throw new RingKvException(
                    ErrorCode.WRONG_CLUSTER,
                    "This manager belongs to cluster " + founding.cluster() + "; " + claimant + " " + claimed);
        }
    }
}
