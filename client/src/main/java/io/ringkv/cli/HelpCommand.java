package io.ringkv.cli;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Parameters;

/** {@code help [COMMAND...]}: the same text as {@code COMMAND --help}. */
@Command(
        name = "help",
        description = "Explain a command.",
        footer = {"", "Examples:", "  ringkv help", "  ringkv help server list"})
final class HelpCommand extends RingKvTask {
    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The command, of one or more words.")
    private List<String> words = List.of();

    @Override
    protected int run(Console console) {
        CommandLine command = spec().root().commandLine();
        for (String word : words) {
            CommandLine next = command.getSubcommands().get(word);
            if (next == null) {
                throw RingKvException.builder(ErrorCode.INVALID_ARGUMENT)
                        .sentence("There is no command '" + String.join(" ", words) + "'")
                        .advice("See ringkv help")
                        .build();
            }
            command = next;
        }
        console.bytes(command.getUsageMessage(Ansi.OFF).getBytes(StandardCharsets.UTF_8));
        return 0;
    }
}
