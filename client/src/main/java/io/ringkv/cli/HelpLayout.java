package io.ringkv.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_DESCRIPTION;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_FOOTER;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_PARAMETER_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_PARAMETER_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * How help looks, the same for all commands: what it does, examples, arguments, options of the command before those that
 * every command has. The root lists its commands by subject.
 */
final class HelpLayout {
    /** The options of a command itself come first; these come after them, in this order. */
    static final int ORDER_CONNECTION = 70;

    static final int ORDER_OUTPUT = 80;
    static final int ORDER_HELP = 90;

    private static final List<String> SECTIONS = List.of(
            SECTION_KEY_SYNOPSIS_HEADING,
            SECTION_KEY_SYNOPSIS,
            SECTION_KEY_DESCRIPTION,
            SECTION_KEY_FOOTER,
            SECTION_KEY_PARAMETER_LIST_HEADING,
            SECTION_KEY_PARAMETER_LIST,
            SECTION_KEY_OPTION_LIST_HEADING,
            SECTION_KEY_OPTION_LIST,
            SECTION_KEY_COMMAND_LIST_HEADING,
            SECTION_KEY_COMMAND_LIST);

    private HelpLayout() {}

    /** Lays out the help of a command line and of all its commands. Call it when all commands are there. */
    static void apply(CommandLine root) {
        applyToAll(root);
        Map<String, IHelpSectionRenderer> renderers = new LinkedHashMap<>(root.getHelpSectionMap());
        renderers.put(SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
        renderers.put(SECTION_KEY_COMMAND_LIST, HelpLayout::commandsBySubject);
        root.getCommandSpec().usageMessage().sectionMap(renderers);
    }

    private static void applyToAll(CommandLine line) {
        UsageMessageSpec usage = line.getCommandSpec().usageMessage();
        usage.sectionKeys(SECTIONS);
        usage.sortOptions(false);
        usage.abbreviateSynopsis(true);
        usage.parameterListHeading("%nArguments:%n");
        usage.optionListHeading("%nOptions:%n");
        usage.commandListHeading("%nCommands:%n");
        line.getSubcommands().values().forEach(HelpLayout::applyToAll);
    }

    private static String commandsBySubject(Help help) {
        Map<String, Map<String, Help>> groups = new LinkedHashMap<>();
        List.of("Data", "Look", "Steer", "Run", "Other").forEach(subject -> groups.put(subject, new LinkedHashMap<>()));
        help.subcommands()
                .forEach((names, command) -> Objects.requireNonNull(
                                groups.get(subject(command.commandSpec().name())))
                        .put(names, command));
        StringBuilder text = new StringBuilder();
        groups.forEach((subject, commands) -> {
            if (!commands.isEmpty()) {
                text.append(String.format("%n%s:%n", subject)).append(help.commandList(commands));
            }
        });
        return text.toString();
    }

    private static String subject(String command) {
        return switch (command) {
            case "put", "get", "del", "cas", "incr", "scan", "mget", "batch", "import", "export" -> "Data";
            case "status", "shard", "keyrange", "locate", "ring", "explain", "wait", "doctor" -> "Look";
            case "plan", "apply", "op" -> "Steer";
            case "server", "servers", "manager", "cluster", "dev", "bench", "lab" -> "Run";
            default -> "Other";
        };
    }
}
