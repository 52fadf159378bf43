package io.ringkv.manager.identity;

import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.manager.state.Founding;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a manager must never forget about itself.
 *
 * @param id its identity, minted with the data directory
 * @param founding the cluster it belongs to and the group it is a founding member of; null before
 * @param isMember it has had a log of that group: without that log it may not take part again, as it would have forgotten
 *     its votes
 */
public record ManagerIdentity(ManagerId id, @Nullable Founding founding, boolean isMember) {

    /** @throws IllegalArgumentException if it is a member of nothing, or no founding member of its group */
    public ManagerIdentity {
        Objects.requireNonNull(id, "id");
        if (founding == null) {
            if (isMember) {
                throw new IllegalArgumentException("manager " + id + " is a member of no group");
            }
        } else if (founding.managers().stream()
                .noneMatch(manager -> manager.id().equals(id))) {
            throw new IllegalArgumentException("manager " + id + " is not among the founders of " + founding.cluster());
        }
    }

    /** A manager that belongs to no cluster yet. */
    public static ManagerIdentity fresh(ManagerId id) {
        return new ManagerIdentity(id, null, false);
    }

    /** The same manager as founding member of a cluster. */
    public ManagerIdentity withFounding(Founding founded) {
        return new ManagerIdentity(id, founded, false);
    }

    /** The same manager once it has a log. */
    public ManagerIdentity asMember() {
        return new ManagerIdentity(id, founding, true);
    }

    /** Its own record in the founding; null before. */
    public @Nullable ManagerRecord record() {
        if (founding == null) {
            return null;
        }
        return founding.managers().stream()
                .filter(manager -> manager.id().equals(id))
                .findFirst()
                .orElse(null);
    }
}
