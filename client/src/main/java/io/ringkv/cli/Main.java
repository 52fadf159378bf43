package io.ringkv.cli;

import java.util.ServiceLoader;
import picocli.CommandLine;

/** Entry point of {@code ringkv}: gathers the commands of all modules on the class path and runs one. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The whole command line, writing to the standard streams unless told otherwise. */
    public static CommandLine commandLine() {
        CommandLine root = new CommandLine(new RingKvCommand());
        for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
            provider.commands().forEach(root::addSubcommand);
        }
        return root;
    }
}
