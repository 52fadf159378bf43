package io.ringkv.manager.identity;

import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.shardmap.ManagerRecord;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a manager that is no founder belongs to a cluster.
 *
 * @param cluster which
 * @param group Raft group of its managers; null before this one was prepared to become a member
 * @param record how others know it
 * @param preparedBy number of the last change for which it was prepared; 0 before
 */
public record Standing(ClusterId cluster, @Nullable GroupId group, ManagerRecord record, long preparedBy) {

    /** Cluster and record may not be null. */
    public Standing {
        Objects.requireNonNull(cluster, "cluster");
        Objects.requireNonNull(record, "record");
    }

    /** The same, known by this record. */
    public Standing with(ManagerRecord newRecord) {
        return new Standing(cluster, group, newRecord, preparedBy);
    }

    /** The same, prepared to become a member. */
    public Standing prepared(GroupId managers, ManagerRecord newRecord, long change) {
        return new Standing(cluster, managers, newRecord, change);
    }
}
