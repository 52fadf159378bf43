package io.ringkv.cli.steer;

import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.PauseOperations;
import picocli.CommandLine.Command;

/** {@code op pause}. */
@Command(
        name = "pause",
        description = {
            "Let all operations wait where it is safe, and begin no more.",
            "Nothing is repaired or balanced until ringkv op resume."
        },
        footer = {"", "Example:", "  ringkv op pause"})
public final class OperationsPauseCommand extends ChangeCommand {

    @Override
    ChangeRequest.Builder change() {
        return ChangeRequest.newBuilder()
                .setPauseOperations(PauseOperations.newBuilder().setPaused(true));
    }

    @Override
    String describe(ChangeReply reply) {
        return reply.getChanged() ? "Operations are paused." : "Operations were paused before.";
    }
}
