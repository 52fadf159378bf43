package io.ringkv.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root command: does nothing by itself but say which commands there are. */
@Command(
        name = "ringkv",
        description = "Talk to a RingKV cluster, or run one.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {VersionCommand.class, CommandLine.HelpCommand.class})
final class RingKvCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by Picocli before run()
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
