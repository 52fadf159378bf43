package io.ringkv.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A word under which commands stand, such as {@code shard} for {@code shard list}. */
@Command(synopsisSubcommandLabel = "COMMAND")
final class CommandGroup implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by Picocli before run()
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "This text.")
    @SuppressWarnings("unused") // Picocli acts on it
    private boolean help;

    @Override
    public void run() {
        throw new MissingCommandException(spec.commandLine());
    }
}
