package io.ringkv.manager.operation;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import java.util.Comparator;
import java.util.Objects;

/**
 * A replica that is no voter any more, or never became one, and that its server is to delete, whenever it can be reached.
 * Kept until the server says that it has done so, or is itself gone for good.
 *
 * @param shard the shard
 * @param group its incarnation
 * @param server where the replica is, or may be
 * @param epoch replica epoch of the instruction; above all that were given before
 * @param configuration committed configuration without the server
 */
public record Cleaning(ShardId shard, GroupId group, ServerId server, long epoch, VoterConfiguration configuration) {

    /** By shard, then server, of which there is at most one each. */
    public static final Comparator<Cleaning> ORDER =
            Comparator.comparing(Cleaning::shard).thenComparing(Cleaning::server);

    /** @throws IllegalArgumentException if the server is in the configuration, or the epoch below 1 */
    public Cleaning {
        Objects.requireNonNull(shard, "shard");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(configuration, "configuration");
        if (epoch < 1 || configuration.voters().contains(server)) {
            throw new IllegalArgumentException("cleaning of shard " + shard + " at " + server + ": epoch " + epoch
                    + ", voters " + configuration.voters() + " (expected: epoch 1 or more, another server's)");
        }
    }

    /** Whether it is this shard's replica at this server. */
    public boolean isAt(ShardId ofShard, ServerId atServer) {
        return shard.equals(ofShard) && server.equals(atServer);
    }
}
