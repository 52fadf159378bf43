package io.ringkv.testing.cli;

import io.ringkv.cli.CliContext;
import io.ringkv.cli.Console;
import io.ringkv.cli.Main;
import io.ringkv.cli.RingKvTask;
import io.ringkv.cli.Words;
import io.ringkv.common.error.RingKvException;
import io.ringkv.testing.cluster.EmbeddedCluster;
import io.ringkv.testing.cluster.EmbeddedClusterOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dev}: a whole cluster in this process, with a prompt. */
@Command(
        name = "dev",
        description = {
            "Run three managers and three servers in this process, and a prompt that takes the commands of ringkv.",
            "Data goes to a temporary directory that is deleted at the end, unless --data names one."
        },
        footer = {
            "",
            "Examples:",
            "  ringkv dev",
            "  ringkv dev --exec \"put hello world; get hello; status\"",
            "  ringkv dev --data /tmp/my-ring --shards 12"
        })
public final class DevCommand extends RingKvTask {
    @Option(names = "--servers", paramLabel = "N", defaultValue = "3", description = "KV servers. Default: 3.")
    private int servers = 3;

    @Option(
            names = "--managers",
            paramLabel = "N",
            defaultValue = "3",
            description = "Managers: 1, 3 or 5. Default: 3.")
    private int managers = 3;

    @Option(names = "--shards", paramLabel = "N", defaultValue = "0", description = "Shards. Default: two per server.")
    private int shards;

    @Option(names = "--data", paramLabel = "DIR", description = "Keep the data in this directory.")
    private @Nullable Path data;

    @Option(
            names = "--exec",
            paramLabel = "COMMANDS",
            description =
                    "Run these commands, separated by semicolons, and end. Exit code: that of the first that fails.")
    private @Nullable String commands;

    @Override
    protected int run(Console console) throws IOException {
        EmbeddedClusterOptions options =
                EmbeddedClusterOptions.ofServers(servers).withManagers(managers).withShards(shards);
        try (EmbeddedCluster cluster =
                EmbeddedCluster.start(data == null ? options : options.withDirectory(data.toAbsolutePath()))) {
            CommandLine inner = Main.commandLine(context().withClient(cluster.client()));
            if (commands != null) {
                return execute(inner, Words.ofCommands(commands));
            }
            console.say("Cluster of " + servers + " servers and " + managers
                    + " managers is ready. Other terminals reach it with");
            console.say("  export RINGKV_ENDPOINTS=" + cluster.endpoints());
            console.say("Type help, any command of ringkv, or exit.");
            return context().outTerminal() ? prompt(inner, console) : readLines(inner, console, context());
        }
    }

    private static int execute(CommandLine line, List<List<String>> commands) {
        int exitCode = 0;
        for (List<String> words : commands) {
            int result = line.execute(words.toArray(String[]::new));
            exitCode = exitCode == 0 ? result : exitCode;
        }
        return exitCode;
    }

    private static int prompt(CommandLine line, Console console) throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            LineReader reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .appName("ringkv")
                    // An exclamation mark in a value is no history expansion.
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .build();
            while (true) {
                String text;
                try {
                    text = reader.readLine("ringkv> ");
                } catch (UserInterruptException interrupted) {
                    continue;
                } catch (EndOfFileException end) {
                    return 0;
                }
                if (isEnd(text)) {
                    return 0;
                }
                executeLine(line, text, console);
            }
        }
    }

    private static int readLines(CommandLine line, Console console, CliContext context) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(context.in(), StandardCharsets.UTF_8));
        int exitCode = 0;
        String text = reader.readLine();
        while (text != null && !isEnd(text)) {
            int result = executeLine(line, text, console);
            exitCode = exitCode == 0 ? result : exitCode;
            text = reader.readLine();
        }
        return exitCode;
    }

    private static int executeLine(CommandLine line, String text, Console console) {
        try {
            return execute(line, Words.ofCommands(text));
        } catch (RingKvException e) {
            console.warn(String.valueOf(e.getMessage()));
            return e.code().exitCode().value();
        }
    }

    private static boolean isEnd(String text) {
        return text.strip().equals("exit") || text.strip().equals("quit");
    }
}
