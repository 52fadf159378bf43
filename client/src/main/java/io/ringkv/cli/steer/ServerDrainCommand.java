package io.ringkv.cli.steer;

import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.DrainServer;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.ServerStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code server drain ID}. */
@Command(
        name = "drain",
        description = {
            "Empty a server: its leaders go elsewhere first, then its replicas.",
            "Reads and writes go on. Refused when those that stay are too few."
        },
        footer = {
            "",
            "Examples:",
            "  ringkv server drain s4 --wait",
            "  ringkv server undrain s4      # changed your mind"
        })
public final class ServerDrainCommand extends LongChangeCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "Label or id of the server.")
    private String server = "";

    private long replicasAtFirst;

    @Override
    ChangeRequest.Builder change() {
        return ChangeRequest.newBuilder()
                .setDrainServer(DrainServer.newBuilder().setServer(server).setOn(true));
    }

    @Override
    PlanQuestion plan() {
        return PlanQuestion.newBuilder()
                .setDrainServer(change().getDrainServer())
                .build();
    }

    @Override
    String describe(ChangeReply reply) {
        return reply.getChanged()
                ? "Server " + server + " is being emptied."
                : "Server " + server + " was to be emptied before.";
    }

    @Override
    Progress progress(ClusterStatus status) {
        ServerStatus found = ServerStatuses.find(status, server).orElse(null);
        if (found == null) {
            return new Progress(1, 1, "gone");
        }
        long id = found.getServer().getServerId();
        long left = ServerStatuses.replicas(status, id);
        replicasAtFirst = Math.max(replicasAtFirst, left);
        long underWay = status.getOperationsList().stream()
                .filter(operation -> operation.getSource() == id || operation.getTarget() == id)
                .count();
        return new Progress(
                replicasAtFirst - left,
                replicasAtFirst + (underWay > 0 ? 1 : 0),
                "server " + server + " still leads " + ServerStatuses.leaders(status, id) + " shards and holds " + left
                        + " replicas");
    }

    @Override
    String howToStop() {
        return "ringkv server undrain " + server;
    }
}
