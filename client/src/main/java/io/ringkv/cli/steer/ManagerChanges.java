package io.ringkv.cli.steer;

import io.ringkv.cli.steer.LongChangeCommand.Progress;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ManagerId;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ManagerStatus;

/** How far a change of members of the manager group has come. Stateless. */
final class ManagerChanges {

    private ManagerChanges() {}

    /**
     * The progress by a status.
     *
     * @param name label, id or address of the manager
     * @param isAddition it is to be a member in the end, or else none
     * @throws RingKvException {@code UNHEALTHY} if the change has ended and all is as before
     */
    static Progress progress(ClusterStatus status, String name, boolean isAddition) {
        boolean isMember =
                status.getManagersList().stream().anyMatch(manager -> !manager.getStandby() && isCalled(manager, name));
        if (!status.getManagerChange().isEmpty()) {
            return new Progress(0, 1, status.getManagerChange());
        }
        if (isMember == isAddition) {
            return new Progress(1, 1, "manager " + name);
        }
        throw RingKvException.builder(ErrorCode.UNHEALTHY)
                .sentence(
                        "The change was given up: manager " + name + (isMember ? " still is" : " is not") + " a member")
                .advice("See why: ringkv ring history --all.")
                .build();
    }

    private static boolean isCalled(ManagerStatus manager, String name) {
        return manager.getManager().getLabel().equals(name)
                || manager.getManager().getClientAddress().equals(name)
                || new ManagerId(manager.getManager().getManagerId()).toString().equals(name);
    }
}
