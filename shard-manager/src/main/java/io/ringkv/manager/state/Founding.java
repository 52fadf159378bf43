package io.ringkv.manager.state;

import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.shardmap.ManagerRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * How the cluster came into being. Minted once, by the member that coordinates the bootstrap, and then the same on all
 * members.
 *
 * @param cluster identity of the cluster
 * @param managerGroup Raft group of the shard manager
 * @param managers first members of that group, by id
 * @param settings what the operator wanted
 */
public record Founding(
        ClusterId cluster, GroupId managerGroup, List<ManagerRecord> managers, ClusterSettings settings) {

    /** @throws IllegalArgumentException if the number of managers is not 1, 3 or 5, or one is named twice */
    public Founding {
        Objects.requireNonNull(cluster, "cluster");
        Objects.requireNonNull(managerGroup, "managerGroup");
        Objects.requireNonNull(settings, "settings");
        managers = managers.stream()
                .sorted(Comparator.comparing(ManagerRecord::id))
                .toList();
        checkNumber(managers.size());
        if (managers.stream().map(ManagerRecord::id).distinct().count() != managers.size()) {
            throw new IllegalArgumentException("managers: one is named twice");
        }
    }

    /**
     * Refuses a number of first members that a manager group cannot have.
     *
     * @throws IllegalArgumentException if it is not 1, 3 or 5
     */
    public static void checkNumber(int managers) {
        if (managers != 1 && managers != 3 && managers != 5) {
            throw new IllegalArgumentException("managers: " + managers + " (expected: 1, 3 or 5)");
        }
    }
}
