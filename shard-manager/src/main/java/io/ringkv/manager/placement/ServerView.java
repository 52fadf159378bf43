package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerState;
import java.util.Objects;

/**
 * A server as the planner sees it.
 *
 * @param server its id
 * @param label its name for people
 * @param zone failure domain it stands in; servers without a label have the empty text and together count as one zone
 * @param state its state as logged; whether it is silent right now is said by {@code isHeard}
 * @param isHeard whether it has been heard lately and is not about to stop
 * @param isInMaintenance an operator is at work on it: it leads nothing, is given nothing, and nothing is taken from it
 * @param isReadOnly its disk is so full that it takes nothing that needs space: it leads nothing that another could lead
 * @param diskFreeBytes free bytes of its disk
 * @param diskTotalBytes size of its disk in bytes; 0 if not known, and then its disk is no limit
 */
public record ServerView(
        ServerId server,
        String label,
        String zone,
        ServerState state,
        boolean isHeard,
        boolean isInMaintenance,
        boolean isReadOnly,
        long diskFreeBytes,
        long diskTotalBytes) {

    /** @throws IllegalArgumentException if a number of bytes is negative, or more is free than there is */
    public ServerView {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(state, "state");
        if (diskTotalBytes < 0 || diskFreeBytes < 0 || (diskTotalBytes > 0 && diskFreeBytes > diskTotalBytes)) {
            throw new IllegalArgumentException("disk of server " + label + ": " + diskFreeBytes + " of "
                    + diskTotalBytes + " bytes free (expected: 0 to all of them)");
        }
    }

    /** A server that is ACTIVE and heard, on a disk of unknown size. */
    public static ServerView active(ServerId server, String label, String zone) {
        return new ServerView(server, label, zone, ServerState.ACTIVE, true, false, false, 0, 0);
    }

    /** The same server in another state. */
    public ServerView withState(ServerState newState) {
        return new ServerView(
                server, label, zone, newState, isHeard, isInMaintenance, isReadOnly, diskFreeBytes, diskTotalBytes);
    }

    /** The same server, heard or silent. */
    public ServerView withHeard(boolean newHeard) {
        return new ServerView(
                server, label, zone, state, newHeard, isInMaintenance, isReadOnly, diskFreeBytes, diskTotalBytes);
    }

    /** The same server in another zone. */
    public ServerView withZone(String newZone) {
        return new ServerView(
                server, label, newZone, state, isHeard, isInMaintenance, isReadOnly, diskFreeBytes, diskTotalBytes);
    }

    /** The same server in or out of maintenance. */
    public ServerView withMaintenance(boolean newMaintenance) {
        return new ServerView(
                server, label, zone, state, isHeard, newMaintenance, isReadOnly, diskFreeBytes, diskTotalBytes);
    }

    /** The same server with another disk. */
    public ServerView withDisk(long newFreeBytes, long newTotalBytes) {
        return new ServerView(
                server, label, zone, state, isHeard, isInMaintenance, isReadOnly, newFreeBytes, newTotalBytes);
    }

    /** The same server, read-only or not. */
    public ServerView withReadOnly(boolean newReadOnly) {
        return new ServerView(
                server, label, zone, state, isHeard, isInMaintenance, newReadOnly, diskFreeBytes, diskTotalBytes);
    }
}
