package io.ringkv.cli;

import io.ringkv.cli.cluster.BootstrapCommand;
import io.ringkv.cli.look.ExplainServerCommand;
import io.ringkv.cli.look.ExplainShardCommand;
import io.ringkv.cli.look.ManagerListCommand;
import io.ringkv.cli.look.OperationListCommand;
import io.ringkv.cli.look.OperationShowCommand;
import io.ringkv.cli.look.RingDiffCommand;
import io.ringkv.cli.look.RingHistoryCommand;
import io.ringkv.cli.look.RingShowCommand;
import io.ringkv.cli.look.ServerListCommand;
import io.ringkv.cli.look.ServerSuspicionCommand;
import io.ringkv.cli.look.ShardListCommand;
import io.ringkv.cli.steer.ClusterSetCommand;
import io.ringkv.cli.steer.ManagerAddCommand;
import io.ringkv.cli.steer.ManagerRemoveCommand;
import io.ringkv.cli.steer.OperationCancelCommand;
import io.ringkv.cli.steer.OperationsPauseCommand;
import io.ringkv.cli.steer.OperationsResumeCommand;
import io.ringkv.cli.steer.PlanDrainCommand;
import io.ringkv.cli.steer.PlanJoinCommand;
import io.ringkv.cli.steer.PlanNowCommand;
import io.ringkv.cli.steer.PlanRemoveCommand;
import io.ringkv.cli.steer.PlanReplicationCommand;
import io.ringkv.cli.steer.PlanZoneCommand;
import io.ringkv.cli.steer.RecoverApplyCommand;
import io.ringkv.cli.steer.RecoverPlanCommand;
import io.ringkv.cli.steer.ServerConfirmDownCommand;
import io.ringkv.cli.steer.ServerDrainCommand;
import io.ringkv.cli.steer.ServerMaintenanceCommand;
import io.ringkv.cli.steer.ServerRemoveCommand;
import io.ringkv.cli.steer.ServerUndrainCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ServiceLoader;
import picocli.CommandLine;

/** Entry point of {@code ringkv}: gathers the commands of all modules on the class path and runs one. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        int exitCode = commandLine(CliContext.ofProcess()).execute(args);
        System.out.flush();
        System.exit(exitCode);
    }

    /** The whole command line in the given world. */
    public static CommandLine commandLine(CliContext context) {
        CommandLine root = new CommandLine(new RingKvCommand(context));
        for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
            provider.commands().forEach(root::addSubcommand);
        }
        addToGroup(root, "cluster", "Create a cluster, or change it.", new BootstrapCommand(), new ClusterSetCommand());
        addToGroup(
                root,
                "server",
                "Run a KV server, or look after the servers.",
                new ServerListCommand(),
                new ServerSuspicionCommand(),
                new ServerDrainCommand(),
                new ServerUndrainCommand(),
                new ServerRemoveCommand(),
                new ServerMaintenanceCommand(),
                new ServerConfirmDownCommand());
        addToGroup(
                root,
                "ring",
                "Look at the ring, now and in the past.",
                new RingShowCommand(),
                new RingHistoryCommand(),
                new RingDiffCommand());
        addSteeringGroups(root);
        HelpLayout.apply(root);
        WholeNumberConverter.registerWith(root);
        ErrorReports reports = new ErrorReports();
        return root.setOut(new PrintWriter(context.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(context.err(), true, StandardCharsets.UTF_8))
                .registerConverter(Duration.class, new DurationConverter())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(reports)
                .setParameterExceptionHandler(reports);
    }

    private static void addSteeringGroups(CommandLine root) {
        addToGroup(
                root,
                "op",
                "Look at what is under way, and steer it.",
                new OperationListCommand(),
                new OperationShowCommand(),
                new OperationCancelCommand(),
                new OperationsPauseCommand(),
                new OperationsResumeCommand());
        addToGroup(
                root,
                "plan",
                "See what a change would cost before it is made.",
                new PlanNowCommand(),
                new PlanJoinCommand(),
                new PlanDrainCommand(),
                new PlanRemoveCommand(),
                new PlanReplicationCommand(),
                new PlanZoneCommand());
        addToGroup(
                root,
                "explain",
                "Say why something is as it is.",
                new ExplainShardCommand(),
                new ExplainServerCommand());
        addToGroup(
                root,
                "manager",
                "Run a member of the shard manager, or look after its members.",
                new ManagerListCommand(),
                new ManagerAddCommand(),
                new ManagerRemoveCommand());
        addToGroup(root, "shard", "Look at the shards.", new ShardListCommand());
        addToGroup(
                root,
                "recover",
                "Bring back shards whose majority is lost for good.",
                new RecoverPlanCommand(),
                new RecoverApplyCommand());
    }

    /** Puts commands below a group, which may be a command of its own from another module. */
    private static void addToGroup(CommandLine root, String group, String description, Object... commands) {
        CommandLine existing = root.getSubcommands().get(group);
        if (existing == null) {
            existing = CommandGroup.of(group, description);
            root.addSubcommand(group, existing);
        }
        for (Object command : commands) {
            existing.addSubcommand(command);
        }
    }
}
