package io.ringkv.cli;

import io.ringkv.cli.data.BatchCommand;
import io.ringkv.cli.data.CompareAndSetCommand;
import io.ringkv.cli.data.DeleteCommand;
import io.ringkv.cli.data.GetCommand;
import io.ringkv.cli.data.IncrementCommand;
import io.ringkv.cli.data.MultiGetCommand;
import io.ringkv.cli.data.PutCommand;
import io.ringkv.cli.data.ScanCommand;
import io.ringkv.cli.look.DoctorCommand;
import io.ringkv.cli.look.KeyRangeCommand;
import io.ringkv.cli.look.LocateCommand;
import io.ringkv.cli.look.StatusCommand;
import io.ringkv.cli.look.WaitCommand;
import io.ringkv.cli.steer.ApplyCommand;
import io.ringkv.cli.transfer.ExportCommand;
import io.ringkv.cli.transfer.ImportCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The root command: does nothing by itself but say which commands there are. */
@Command(
        name = "ringkv",
        description = "Talk to a RingKV cluster, or run one.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = VersionCommand.Provider.class,
        subcommands = {
            PutCommand.class,
            GetCommand.class,
            DeleteCommand.class,
            CompareAndSetCommand.class,
            IncrementCommand.class,
            ScanCommand.class,
            MultiGetCommand.class,
            BatchCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            StatusCommand.class,
            KeyRangeCommand.class,
            LocateCommand.class,
            WaitCommand.class,
            DoctorCommand.class,
            ApplyCommand.class,
            VersionCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  ringkv dev --exec \"put hello world; get hello; status\"",
            "  ringkv put hello world --endpoints 127.0.0.1:7400",
            "  ringkv status",
            "  ringkv COMMAND --help"
        })
final class RingKvCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by Picocli before run()
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "This text.")
    @SuppressWarnings("unused") // Picocli acts on it
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "The version.")
    @SuppressWarnings("unused") // Picocli acts on it
    private boolean version;

    private final CliContext context;

    RingKvCommand(CliContext context) {
        this.context = context;
    }

    CliContext context() {
        return context;
    }

    @Override
    public void run() {
        throw new MissingCommandException(spec.commandLine());
    }
}
