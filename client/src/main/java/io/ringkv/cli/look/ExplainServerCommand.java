package io.ringkv.cli.look;

import io.ringkv.rpc.ExplainQuestion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code explain server ID}. */
@Command(
        name = "server",
        description = "What a server holds, what is being done about it, and what would be without it.",
        footer = {"", "Example:", "  ringkv explain server s4"})
public final class ExplainServerCommand extends ExplainCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "Label or id of the server.")
    private String server = "";

    @Override
    ExplainQuestion.Builder question() {
        return ExplainQuestion.newBuilder().setServer(server);
    }
}
