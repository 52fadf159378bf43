package io.ringkv.cli.steer;

import io.ringkv.rpc.CancelOperation;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code op cancel N}. */
@Command(
        name = "cancel",
        description = {
            "Undo an operation, as far as it can still be undone.",
            "What it was for may be begun anew by the manager's rules."
        },
        footer = {"", "Example:", "  ringkv op cancel 12"})
public final class OperationCancelCommand extends ChangeCommand {

    @Parameters(index = "0", paramLabel = "NUMBER", description = "Number of the operation; see ringkv op list.")
    private long number;

    @Override
    ChangeRequest.Builder change() {
        return ChangeRequest.newBuilder()
                .setCancelOperation(CancelOperation.newBuilder().setNumber(number));
    }

    @Override
    String describe(ChangeReply reply) {
        return "Operation " + number + (reply.getChanged() ? " is being undone." : " was over, or undone, before.");
    }
}
