package io.ringkv.cli.steer;

import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.RemoveServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plan remove ID}. */
@Command(
        name = "remove",
        description = "What it would cost, and lose, to take a server out of the cluster.",
        footer = {"", "Example:", "  ringkv plan remove s4 --force"})
public final class PlanRemoveCommand extends PlanCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "Label or id of the server.")
    private String server = "";

    @Option(names = "--force", description = "Although it holds replicas.")
    private boolean force;

    private RemoveServer remove() {
        return RemoveServer.newBuilder().setServer(server).setForce(force).build();
    }

    @Override
    PlanQuestion.Builder question() {
        return PlanQuestion.newBuilder().setRemoveServer(remove());
    }

    @Override
    ChangeRequest change() {
        return ChangeRequest.newBuilder().setRemoveServer(remove()).build();
    }
}
