package io.ringkv.cli.steer;

import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.PauseOperations;
import picocli.CommandLine.Command;

/** {@code op resume}. */
@Command(
        name = "resume",
        description = "Let operations go on that were paused.",
        footer = {"", "Example:", "  ringkv op resume"})
public final class OperationsResumeCommand extends ChangeCommand {

    @Override
    ChangeRequest.Builder change() {
        return ChangeRequest.newBuilder().setPauseOperations(PauseOperations.getDefaultInstance());
    }

    @Override
    String describe(ChangeReply reply) {
        return reply.getChanged() ? "Operations go on." : "Operations were not paused.";
    }
}
