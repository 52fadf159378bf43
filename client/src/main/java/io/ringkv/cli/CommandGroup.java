package io.ringkv.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A word under which commands stand, such as {@code shard} for {@code shard list}. */
@Command(synopsisSubcommandLabel = "COMMAND")
public final class CommandGroup implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by Picocli before run()
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "This text.")
    @SuppressWarnings("unused") // Picocli acts on it
    private boolean help;

    private CommandGroup() {}

    /** A group with its commands, for a {@link CommandProvider} that has one of its own. */
    public static CommandLine of(String name, String description, Object... commands) {
        CommandLine group = new CommandLine(new CommandGroup());
        group.getCommandSpec().name(name).usageMessage().description(description);
        for (Object command : commands) {
            group.addSubcommand(command);
        }
        return group;
    }

    @Override
    public void run() {
        throw new MissingCommandException(spec.commandLine());
    }
}
