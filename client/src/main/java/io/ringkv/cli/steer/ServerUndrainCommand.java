package io.ringkv.cli.steer;

import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.DrainServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code server undrain ID}. */
@Command(
        name = "undrain",
        description = {
            "Keep a server that was to be emptied.",
            "What has left it comes back only as far as balance brings it."
        },
        footer = {"", "Example:", "  ringkv server undrain s4"})
public final class ServerUndrainCommand extends ChangeCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "Label or id of the server.")
    private String server = "";

    @Override
    ChangeRequest.Builder change() {
        return ChangeRequest.newBuilder()
                .setDrainServer(DrainServer.newBuilder().setServer(server));
    }

    @Override
    String describe(ChangeReply reply) {
        return "Server " + server + (reply.getChanged() ? " is kept." : " was not being emptied.");
    }
}
