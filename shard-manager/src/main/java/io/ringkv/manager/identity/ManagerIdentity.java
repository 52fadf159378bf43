package io.ringkv.manager.identity;

import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.manager.state.Founding;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a manager must never forget about itself.
 *
 * @param id its identity, minted with the data directory
 * @param founding the cluster it belongs to and the group it is a founding member of; null before, or if it came later
 * @param standing how it belongs to a cluster that it did not found; null before, or if it is a founder
 * @param isMember it has had a log of that group: without that log it may not take part again, as it would have forgotten
 *     its votes
 * @param isGone it was told that it is no member any more: its log is of no use, and its id is never used again
 */
public record ManagerIdentity(
        ManagerId id, @Nullable Founding founding, @Nullable Standing standing, boolean isMember, boolean isGone) {

    /** @throws IllegalArgumentException if it is a member of nothing, or no founding member of its group */
    public ManagerIdentity {
        Objects.requireNonNull(id, "id");
        if (founding != null && standing != null) {
            throw new IllegalArgumentException("manager " + id + " founded its cluster and came later");
        }
        if (founding != null
                && founding.managers().stream()
                        .noneMatch(manager -> manager.id().equals(id))) {
            throw new IllegalArgumentException("manager " + id + " is not among the founders of " + founding.cluster());
        }
        boolean hasGroup = founding != null || (standing != null && standing.group() != null);
        if (isMember && !hasGroup) {
            throw new IllegalArgumentException("manager " + id + " is a member of no group");
        }
    }

    /** A manager that belongs to no cluster yet. */
    public static ManagerIdentity fresh(ManagerId id) {
        return new ManagerIdentity(id, null, null, false, false);
    }

    /** The same manager as founding member of a cluster. */
    public ManagerIdentity withFounding(Founding founded) {
        return new ManagerIdentity(id, founded, null, false, isGone);
    }

    /** The same manager, as it belongs to a cluster that others founded. */
    public ManagerIdentity withStanding(Standing newStanding) {
        return new ManagerIdentity(id, founding, newStanding, isMember, isGone);
    }

    /** The same manager once it has a log. */
    public ManagerIdentity asMember() {
        return new ManagerIdentity(id, founding, standing, true, isGone);
    }

    /** The same manager once it was told that it is no member any more. */
    public ManagerIdentity asGone() {
        return new ManagerIdentity(id, founding, standing, isMember, true);
    }

    /** The cluster it belongs to; null before. */
    public @Nullable ClusterId cluster() {
        if (founding != null) {
            return founding.cluster();
        }
        return standing == null ? null : standing.cluster();
    }

    /** The Raft group it is, or is prepared to be, a member of; null before. */
    public @Nullable GroupId group() {
        if (founding != null) {
            return founding.managerGroup();
        }
        return standing == null ? null : standing.group();
    }

    /** Number of the last change for which it was prepared; 0 for a founder. */
    public long preparedBy() {
        return standing == null ? 0 : standing.preparedBy();
    }

    /** Its own record as others know it; null before. */
    public @Nullable ManagerRecord record() {
        if (standing != null) {
            return standing.record();
        }
        if (founding == null) {
            return null;
        }
        return founding.managers().stream()
                .filter(manager -> manager.id().equals(id))
                .findFirst()
                .orElse(null);
    }
}
