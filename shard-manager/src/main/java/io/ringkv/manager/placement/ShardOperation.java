package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import io.ringkv.manager.operation.OperationKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one operation changes in a shard, without its progress.
 *
 * @param kind what it does
 * @param source the server that loses its replica, null if the kind has none
 * @param target the server that gains a replica or the leadership, null if the kind has none
 */
public record ShardOperation(
        OperationKind kind,
        @Nullable ServerId source,
        @Nullable ServerId target) {

    /** @throws IllegalArgumentException if source or target are there without being part of the kind, or missing, or the same */
    public ShardOperation {
        Objects.requireNonNull(kind, "kind");
        if ((source != null) != kind.hasSource()
                || (target != null) != kind.hasTarget()
                || (source != null && source.equals(target))) {
            throw new IllegalArgumentException(kind + " from " + source + " to " + target + " (expected: "
                    + (kind.hasSource() ? "a source" : "no source") + ", "
                    + (kind.hasTarget() ? "a target" : "no target") + ", not the same server)");
        }
    }

    /** The voters when it has succeeded. Steps of it that are already done make no difference. */
    public List<ServerId> votersAfter(List<ServerId> voters) {
        if (!kind.changesVoters()) {
            return voters;
        }
        List<ServerId> after = new ArrayList<>(voters);
        if (source != null) {
            after.remove(source);
        }
        if (target != null && !after.contains(target)) {
            after.add(target);
        }
        return after;
    }

    /** Whether it takes from or gives to the server. */
    public boolean concerns(ServerId server) {
        return server.equals(source) || server.equals(target);
    }
}
