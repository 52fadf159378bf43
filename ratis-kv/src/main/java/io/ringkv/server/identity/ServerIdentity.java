package io.ringkv.server.identity;

import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.process.ProcessAddresses;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a server must never forget about itself.
 *
 * @param id its identity, minted with the data directory and lost with it
 * @param cluster the cluster it belongs to; null before it has joined one
 * @param label its name for people, as registered; empty before it has joined
 * @param addresses how the others of the cluster know it; null before it has joined. Replicas are configured with these, and
 *     Raft does not notice when they change
 */
public record ServerIdentity(
        ServerId id,
        @Nullable ClusterId cluster,
        String label,
        @Nullable ProcessAddresses addresses) {

    /** @throws IllegalArgumentException if it has a cluster and no addresses, or addresses and no cluster */
    public ServerIdentity {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(label, "label");
        if ((cluster == null) != (addresses == null)) {
            throw new IllegalArgumentException("server " + id + " has a cluster or addresses (expected: both or none)");
        }
    }

    /** A server that belongs to no cluster yet. */
    public static ServerIdentity fresh(ServerId id) {
        return new ServerIdentity(id, null, "", null);
    }

    /** The same server as a member of a cluster. */
    public ServerIdentity joined(ClusterId joinedCluster, String registeredLabel, ProcessAddresses knownBy) {
        return new ServerIdentity(id, joinedCluster, registeredLabel, knownBy);
    }
}
