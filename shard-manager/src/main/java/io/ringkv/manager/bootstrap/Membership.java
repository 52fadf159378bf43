package io.ringkv.manager.bootstrap;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.manager.identity.ManagerIdentity;
import io.ringkv.manager.identity.RunMarker;
import io.ringkv.manager.identity.Standing;
import io.ringkv.manager.raft.ManagerRaft;
import io.ringkv.manager.state.Founding;
import io.ringkv.process.DataDirectory;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ties this process to its manager group: what is promised to others is on disk before it is promised.
 *
 * <p>The order: the founding is stored; an empty log is made, complete or not at all; that there is one is stored; the group
 * is opened, and votes. If the process dies in between, the next start goes on. Once it is stored that there was a log, its
 * absence means that the log, and with it the votes this member gave, were lost: then it may not take part any more. A
 * manager that comes later does the same with a log that knows no voters and obeys no leader below a term floor.
 *
 * <p>Safe for use by any thread; waits for the disk and for Raft.
 */
public final class Membership {

    private final DataDirectory<ManagerIdentity> directory;
    private final ManagerRaft raft;
    private final Consumer<Founding> onFounded;
    private final Runnable onGone;
    private final RunMarker marker;
    private boolean isOpen;

    /**
     * The membership kept in a directory.
     *
     * @param marker tells how the last run ended
     * @param onFounded is told the founding each time the group is opened
     * @param onGone is told when this member gives itself up
     */
    public Membership(
            DataDirectory<ManagerIdentity> directory,
            ManagerRaft raft,
            RunMarker marker,
            Consumer<Founding> onFounded,
            Runnable onGone) {
        this.directory = directory;
        this.raft = raft;
        this.marker = marker;
        this.onFounded = onFounded;
        this.onGone = onGone;
    }

    /** The founding this member has promised to be part of; null before, and of one that came later. */
    public synchronized @Nullable Founding founding() {
        return directory.identity().founding();
    }

    /** Whether this manager belongs to a cluster that it did not found. */
    public synchronized boolean cameLater() {
        return directory.identity().standing() != null;
    }

    /**
     * Takes part again in the group this member belongs to, if any.
     *
     * @throws RingKvException {@code DATA_DIRECTORY_UNREADABLE} if its log is gone
     */
    public synchronized void resume() {
        ManagerIdentity identity = directory.identity();
        // One that came later promised nothing before it had a log: it is prepared anew.
        if (identity.founding() != null || identity.isMember()) {
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
            if (identity.standing() != null) {
                throw new RingKvException(
                        ErrorCode.ALREADY_BOOTSTRAPPED,
                        "Manager " + identity.id() + " belongs to cluster " + identity.cluster() + " already");
            }
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

    /** This manager is known to its cluster by this record. */
    public synchronized void standsBy(ClusterId cluster, ManagerRecord record) {
        ManagerIdentity identity = directory.identity();
        if (identity.founding() != null || identity.isGone()) {
            return;
        }
        Standing standing = identity.standing();
        directory.store(identity.withStanding(
                standing == null ? new Standing(cluster, null, record, 0) : standing.with(record)));
    }

    /** This manager is no member any more, and will never be one again under its id. */
    public synchronized void isGone() {
        directory.store(directory.identity().asGone());
    }

    /**
     * Makes an empty log of the group for this manager, which is to become a member, and opens it: from then on the leader
     * may make it a voter at any moment. So it comes back with this log or not at all; never blank.
     *
     * @param cluster the caller's
     * @param record the manager that is meant
     * @param change number of the change; one that is overtaken is refused
     * @param termFloor the log obeys no leader below; at most the term of the present one
     * @return the term of the log
     * @throws RingKvException {@code WRONG_CLUSTER}, {@code WRONG_SERVER}, {@code SAFETY_REFUSED}, {@code
     *     STALE_INSTRUCTION}; {@code DATA_DIRECTORY_UNREADABLE} if it had a log and has lost it
     */
    public synchronized long prepare(
            ClusterId cluster, GroupId group, ManagerRecord record, long change, long termFloor) {
        ManagerIdentity identity = directory.identity();
        checkMeant(identity, cluster, record, change);
        Standing present = identity.standing();
        Standing standing =
                (present == null ? new Standing(cluster, null, record, 0) : present).prepared(group, record, change);
        directory.store(identity.withStanding(standing));
        if (!identity.isMember()) {
            raft.makeJoiningLog(group, termFloor);
        }
        open();
        return raft.leadership().term();
    }

    private static void checkMeant(ManagerIdentity identity, ClusterId cluster, ManagerRecord record, long change) {
        if (identity.cluster() != null && !identity.cluster().equals(cluster)) {
            throw new RingKvException(
                    ErrorCode.WRONG_CLUSTER,
                    "Manager " + identity.id() + " belongs to cluster " + identity.cluster() + ", not to " + cluster);
        }
        if (!identity.id().equals(record.id())) {
            throw new RingKvException(
                    ErrorCode.WRONG_SERVER, "This is manager " + identity.id() + ", not " + record.id());
        }
        if (identity.founding() != null || identity.isGone()) {
            throw new RingKvException(
                    ErrorCode.SAFETY_REFUSED,
                    "Manager " + identity.id() + " has been a member before and cannot become one under the same id");
        }
        if (change < identity.preparedBy()) {
            throw new RingKvException(
                    ErrorCode.STALE_INSTRUCTION,
                    "Manager " + identity.id() + " was prepared for change " + identity.preparedBy()
                            + " already, and is asked for " + change);
        }
    }

    private void open() {
        ManagerIdentity identity = directory.identity();
        GroupId group = identity.group();
        if (isOpen || group == null) {
            return;
        }
        Founding founding = identity.founding();
        boolean hasLog = raft.hasLog(group);
        if (identity.isMember() && !hasLog) {
            throw RingKvException.builder(ErrorCode.DATA_DIRECTORY_UNREADABLE)
                    .sentence("The log of this manager is missing from " + directory.path())
                    .reason("Without it the member has forgotten its votes and could help to elect a second leader")
                    .advice("Restore the directory as it was, or give this manager up: the others go on without it, and"
                            + " another one can take its place (ringkv manager --join ENDPOINTS)")
                    .build();
        }
        if (!hasLog && founding != null) {
            raft.makeLog(group, founding.managers());
        }
        if (!identity.isMember()) {
            directory.store(identity.asMember());
        }
        if (marker.isAfterDisorder()) {
            if (!raft.knowsVoters(group)) {
                // It may have voted all the same, and cannot raise its term above that of the leader that lets it in.
                isGone();
                onGone.run();
                return;
            }
            raft.forgetVotes(group);
        }
        // Before the first vote of this run, and after what the last run may have forgotten has been dealt with.
        marker.begin();
        raft.open(group);
        isOpen = true;
        if (founding != null) {
            onFounded.accept(founding);
        }
    }
}
