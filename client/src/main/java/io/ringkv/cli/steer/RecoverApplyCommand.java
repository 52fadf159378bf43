package io.ringkv.cli.steer;

import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.RecoverShard;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code recover apply N --accept-loss}. */
@Command(
        name = "apply",
        description = {
            "Let a shard whose majority is lost for good go on from the best replica left, in",
            "a new incarnation. What only the lost replicas held is lost; see recover plan."
        },
        footer = {
            "",
            "Examples:",
            "  ringkv recover apply 12 --accept-loss",
            "  ringkv recover apply 12 --accept-loss --from s3"
        })
public final class RecoverApplyCommand extends ChangeCommand {

    @Parameters(index = "0", paramLabel = "N", description = "Number of the shard.")
    private int shard;

    @Option(names = "--accept-loss", description = "You have seen the plan. Without it nothing is done.")
    private boolean acceptLoss;

    @Option(names = "--from", paramLabel = "ID", description = "Server to go on from; the best by default.")
    private String survivor = "";

    @Override
    ChangeRequest.Builder change() {
        return ChangeRequest.newBuilder()
                .setRecoverShard(RecoverShard.newBuilder()
                        .setShard(Math.max(0, shard))
                        .setAcceptLoss(acceptLoss)
                        .setSurvivor(survivor));
    }

    @Override
    String describe(ChangeReply reply) {
        return "Shard " + shard + " goes on in a new incarnation, with one replica until the others are made.";
    }
}
