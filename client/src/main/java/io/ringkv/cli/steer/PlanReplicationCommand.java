package io.ringkv.cli.steer;

import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.SetReplicationFactor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code plan replication-factor N}. */
@Command(
        name = "replication-factor",
        description = "What it would cost to have another number of replicas.",
        footer = {"", "Example:", "  ringkv plan replication-factor 5"})
public final class PlanReplicationCommand extends PlanCommand {

    @Parameters(index = "0", paramLabel = "N", description = "Replicas of each shard.")
    private int factor;

    private SetReplicationFactor set() {
        return SetReplicationFactor.newBuilder()
                .setReplicationFactor(Math.max(0, factor))
                .build();
    }

    @Override
    PlanQuestion.Builder question() {
        return PlanQuestion.newBuilder().setSetReplicationFactor(set());
    }

    @Override
    ChangeRequest change() {
        return ChangeRequest.newBuilder().setSetReplicationFactor(set()).build();
    }
}
