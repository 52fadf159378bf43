package io.ringkv.cli.steer;

import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.RemoveServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code server remove ID}. */
@Command(
        name = "remove",
        description = {
            "Take a server out of the cluster, for ever. Its process stops by itself.",
            "Refused while it holds replicas: drain it first."
        },
        footer = {
            "",
            "Examples:",
            "  ringkv server drain s4 --wait && ringkv server remove s4",
            "  ringkv server remove s4 --force     # it is DOWN and never comes back"
        })
public final class ServerRemoveCommand extends PlannedChangeCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "Label or id of the server.")
    private String server = "";

    @Option(
            names = "--force",
            description = "Although it holds replicas: only while it is DOWN, and if all its shards keep a healthy"
                    + " majority. Its replicas are replaced; it can never come back with them.")
    private boolean force;

    @Override
    ChangeRequest.Builder change() {
        return ChangeRequest.newBuilder()
                .setRemoveServer(RemoveServer.newBuilder().setServer(server).setForce(force));
    }

    @Override
    PlanQuestion plan() {
        return PlanQuestion.newBuilder()
                .setRemoveServer(change().getRemoveServer())
                .build();
    }

    @Override
    String describe(ChangeReply reply) {
        return "Server " + server + (reply.getChanged() ? " is removed." : " was removed before.");
    }
}
