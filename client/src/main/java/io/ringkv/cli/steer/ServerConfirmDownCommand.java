package io.ringkv.cli.steer;

import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ConfirmDown;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code server confirm-down ID}. */
@Command(
        name = "confirm-down",
        description = {
            "Confirm that a silent server is down. Needed only when many fell silent at once,",
            "which looks like a fault elsewhere: then none is declared DOWN for a while."
        },
        footer = {"", "Example:", "  ringkv server confirm-down s3"})
public final class ServerConfirmDownCommand extends ChangeCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "Label or id of the server.")
    private String server = "";

    @Override
    ChangeRequest.Builder change() {
        return ChangeRequest.newBuilder()
                .setConfirmDown(ConfirmDown.newBuilder().setServer(server));
    }

    @Override
    String describe(ChangeReply reply) {
        return "Server " + server + (reply.getChanged() ? " is DOWN; its replicas are replaced." : " was DOWN before.");
    }
}
