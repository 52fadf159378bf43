package io.ringkv.manager.operation;

import io.ringkv.common.id.ServerId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an operation.
 *
 * @param operation as it is from now on
 * @param voters who votes in the shard from now on, in the order of the shard record; null if that has not changed
 * @param toClean servers that are to delete their replica
 */
public record Transition(Operation operation, @Nullable List<ServerId> voters, List<ServerId> toClean) {

    /** Keeps copies. */
    public Transition {
        Objects.requireNonNull(operation, "operation");
        voters = voters == null ? null : List.copyOf(voters);
        toClean = List.copyOf(toClean);
    }
}
