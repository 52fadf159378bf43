package io.ringkv.manager.bootstrap;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.GroupId;
import io.ringkv.manager.identity.ManagerIdentity;
import io.ringkv.manager.identity.RunMarker;
import io.ringkv.manager.raft.ManagerRaft;
import io.ringkv.manager.state.Founding;
import io.ringkv.process.DataDirectory;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ties this process to its manager group, once and for ever: what is promised to others is on disk before it is promised.
 *
 * <p>The order: the founding is stored; an empty log is made, complete or not at all; that there is one is stored; the group
 * is opened, and votes. If the process dies in between, the next start goes on. Once it is stored that there was a log, its
 * absence means that the log, and with it the votes this member gave, were lost: then it may not take part any more.
 *
 * <p>Safe for use by any thread; waits for the disk and for Raft.
 */
public final class Membership {

    private final DataDirectory<ManagerIdentity> directory;
    private final ManagerRaft raft;
    private final Consumer<Founding> onFounded;
    private final RunMarker marker;
    private boolean isOpen;

    /**
     * The membership kept in a directory.
     *
     * @param marker tells how the last run ended
     * @param onFounded is told the founding each time the group is opened
     */
    public Membership(
            DataDirectory<ManagerIdentity> directory,
            ManagerRaft raft,
            RunMarker marker,
            Consumer<Founding> onFounded) {
        this.directory = directory;
        this.raft = raft;
        this.marker = marker;
        this.onFounded = onFounded;
    }

    /** The founding this member has promised to be part of; null before. */
    public synchronized @Nullable Founding founding() {
        return directory.identity().founding();
    }

    /**
     * Takes part again in the group this member belongs to, if any.
     *
     * @throws RingKvException {@code DATA_DIRECTORY_UNREADABLE} if its log is gone
     */
    public synchronized void resume() {
        if (directory.identity().founding() != null) {
            open();
        }
    }

    /**
     * Becomes a founding member. Idempotent for the same cluster.
     *
     * @param minted makes the founding if there is none yet
     * @return the founding that counts
     * @throws RingKvException {@code ALREADY_BOOTSTRAPPED} if this member belongs to another cluster
     */
    public synchronized Founding found(Supplier<Founding> minted) {
        ManagerIdentity identity = directory.identity();
        Founding present = identity.founding();
        if (present == null) {
            present = minted.get();
            directory.store(identity.withFounding(present));
        }
        open();
        return present;
    }

    /**
     * Becomes a founding member of this cluster. Idempotent.
     *
     * @throws RingKvException {@code ALREADY_BOOTSTRAPPED} if this member belongs to another cluster
     */
    public synchronized void join(Founding founding) {
        Founding present = directory.identity().founding();
        if (present != null && !present.equals(founding)) {
            throw new RingKvException(
                    ErrorCode.ALREADY_BOOTSTRAPPED,
                    "Manager " + directory.identity().id() + " belongs to cluster " + present.cluster()
                            + " and cannot join " + founding.cluster());
        }
        found(() -> founding);
    }

    private void open() {
        ManagerIdentity identity = directory.identity();
        Founding founding = identity.founding();
        if (isOpen || founding == null) {
            return;
        }
        GroupId group = founding.managerGroup();
        boolean hasLog = raft.hasLog(group);
        if (identity.isMember() && !hasLog) {
            throw RingKvException.builder(ErrorCode.DATA_DIRECTORY_UNREADABLE)
                    .sentence("The log of this manager is missing from " + directory.path())
                    .reason("Without it the member has forgotten its votes and could help to elect a second leader")
                    .advice("Restore the directory as it was, or give this manager up: the others go on without it")
                    .build();
        }
        if (!hasLog) {
            raft.makeLog(group, founding.managers());
        }
        if (!identity.isMember()) {
            directory.store(identity.asMember());
        }
        if (marker.isAfterDisorder()) {
            raft.forgetVotes(group);
        }
        // Before the first vote of this run, and after what the last run may have forgotten has been dealt with.
        marker.begin();
        raft.open(group);
        isOpen = true;
        onFounded.accept(founding);
    }
}
