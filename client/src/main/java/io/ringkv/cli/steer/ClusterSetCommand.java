package io.ringkv.cli.steer;

import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.SetReplicationFactor;
import io.ringkv.rpc.ShardStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cluster set KEY VALUE}. */
@Command(
        name = "set",
        description = {
            "Change a setting of the running cluster.",
            "replication-factor: replicas of each shard; changed one by one while all goes on."
        },
        footer = {
            "",
            "Example:",
            "  ringkv cluster set replication-factor 5 --wait",
        })
public final class ClusterSetCommand extends LongChangeCommand {

    /** What can be set. */
    enum Key {
        REPLICATION_FACTOR;

        @Override
        public String toString() {
            return "replication-factor";
        }
    }

    @Parameters(index = "0", paramLabel = "SETTING", description = "One of: ${COMPLETION-CANDIDATES}.")
    private Key key = Key.REPLICATION_FACTOR;

    @Parameters(index = "1", paramLabel = "VALUE", description = "Its new value.")
    private int value;

    @Override
    ChangeRequest.Builder change() {
        return ChangeRequest.newBuilder()
                .setSetReplicationFactor(SetReplicationFactor.newBuilder().setReplicationFactor(Math.max(0, value)));
    }

    @Override
    PlanQuestion plan() {
        return PlanQuestion.newBuilder()
                .setSetReplicationFactor(change().getSetReplicationFactor())
                .build();
    }

    @Override
    String describe(ChangeReply reply) {
        return reply.getChanged() ? key + " is " + value + " now." : key + " was " + value + " before.";
    }

    @Override
    Progress progress(ClusterStatus status) {
        long total = status.getShardsCount();
        long done = status.getShardsList().stream().filter(this::isReached).count();
        return new Progress(done, total, done + " of " + total + " shards have " + value + " healthy replicas");
    }

    private boolean isReached(ShardStatus shard) {
        return shard.getRecord().getReplicasCount() == value && shard.getHealthyReplicas() == value;
    }

    @Override
    String howToStop() {
        return "ringkv cluster set " + key + " with the value before";
    }
}
