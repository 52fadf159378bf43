package io.ringkv.cli.steer;

import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.DrainServer;
import io.ringkv.rpc.PlanQuestion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code plan drain ID}. */
@Command(
        name = "drain",
        description = "What it would cost to empty a server.",
        footer = {"", "Example:", "  ringkv plan drain s4 -o json > plan.json && ringkv apply plan.json"})
public final class PlanDrainCommand extends PlanCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "Label or id of the server.")
    private String server = "";

    private DrainServer drain() {
        return DrainServer.newBuilder().setServer(server).setOn(true).build();
    }

    @Override
    PlanQuestion.Builder question() {
        return PlanQuestion.newBuilder().setDrainServer(drain());
    }

    @Override
    ChangeRequest change() {
        return ChangeRequest.newBuilder().setDrainServer(drain()).build();
    }
}
