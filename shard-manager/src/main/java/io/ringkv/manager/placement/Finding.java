package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong with a placement.
 *
 * @param kind what
 * @param shard the shard it concerns, null if it concerns a server as a whole
 * @param server the server it concerns, null if it concerns a shard as a whole
 * @param sentence the same for people: what is wrong, and what is done about it or why nothing can be
 * @param remedy what would mend it or be a first step, null if nothing can be done now
 * @param needsPlace nothing is done because no server can take a replica: it takes another server, a zone or more disk
 */
public record Finding(
        FindingKind kind,
        @Nullable ShardId shard,
        @Nullable ServerId server,
        String sentence,
        @Nullable Proposal remedy,
        boolean needsPlace) {

    /** @throws IllegalArgumentException if it concerns neither a shard nor a server */
    public Finding {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(sentence, "sentence");
        if (shard == null && server == null) {
            throw new IllegalArgumentException("finding " + kind + " concerns nothing (expected: a shard or a server)");
        }
    }
}
