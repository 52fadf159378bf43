package io.ringkv.cli;

import io.ringkv.common.config.Config;
import io.ringkv.common.config.ConfigLoader;
import io.ringkv.common.config.Setting;
import io.ringkv.common.config.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/**
 * Base of commands that run a server until it is told to stop. Every setting can be given as a flag of its own, as {@code
 * -D key=value}, in the environment, or in a file.
 *
 * <p>SIGTERM and SIGINT stop in good order, exit code 0; a second one ends the process at once, exit code 130.
 */
public abstract class ProcessCommand extends RingKvTask {
    private static final int HALT_STATUS = 130;
    private static final long CLOCK_CHECK_MILLIS = 1_000;

    /** Variables of the launcher, of logging and of clients, which are no settings of a server. */
    static final Set<String> FOREIGN_VARIABLES = Set.of(
            "RINGKV_HOME",
            "RINGKV_CLASS_DATA",
            "RINGKV_HEAP",
            "RINGKV_SMALL",
            "RINGKV_JAVA_OPTS",
            "RINGKV_OUT_TERMINAL",
            "RINGKV_ERR_TERMINAL",
            "RINGKV_TOOLCHAIN_ROOT",
            "RINGKV_LOG_LEVEL",
            "RINGKV_RATIS_LOG_LEVEL",
            ConnectionOptions.ENDPOINTS_VARIABLE);

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Settings from a YAML file; conf/ has one with all settings and what they mean.")
    private @Nullable Path file;

    @Option(names = "-D", paramLabel = "KEY=VALUE", description = "One setting by its key; like the flag of that name.")
    private Map<String, String> assignments = new LinkedHashMap<>();

    /** What can be set. */
    protected abstract Settings settings();

    /** Starts; returns when all ports are open. */
    protected abstract RunningProcess start(Config config);

    /** The command with one flag for each of its settings. */
    public static CommandLine withSettingFlags(ProcessCommand command) {
        CommandLine line = new CommandLine(command);
        for (Setting<?> setting : command.settings().all()) {
            line.getCommandSpec()
                    .addOption(OptionSpec.builder(setting.flagName())
                            .type(String.class)
                            .paramLabel("VALUE")
                            // A percent sign would be taken for a format.
                            .description((setting.meaning() + standard(setting)).replace("%", "%%"))
                            .build());
        }
        return line;
    }

    private static <T> String standard(Setting<T> setting) {
        String text = setting.type().format(setting.defaultValue());
        return text.isEmpty() ? "" : " Default: " + text + ".";
    }

    @Override
    protected final int run(Console console) throws InterruptedException {
        RunningProcess process = start(configuration());
        CompletableFuture<Integer> end = new CompletableFuture<>();
        AtomicBoolean asked = new AtomicBoolean();
        for (String signal : new String[] {"TERM", "INT"}) {
            Signals.register(signal, () -> {
                if (!asked.compareAndSet(false, true)) {
                    Runtime.getRuntime().halt(HALT_STATUS);
                }
                end.complete(0);
            });
        }
        CompletableFuture<Void> unused = process.failure().thenAccept(reason -> {
            console.warn(String.valueOf(reason.getMessage()));
            end.complete(reason.code().exitCode().value());
        });
        console.say(process.description());
        int exitCode = await(end);
        if (asked.get()) {
            console.say("stopping in good order; a second signal ends this process at once");
        }
        process.close();
        return exitCode;
    }

    private static int await(CompletableFuture<Integer> end) throws InterruptedException {
        ClockWatch watch = ClockWatch.ofMachine();
        while (true) {
            try {
                return end.get(CLOCK_CHECK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                watch.look();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the end of a process never fails", e);
            }
        }
    }

    private Config configuration() {
        Map<String, String> flags = new LinkedHashMap<>(assignments);
        CommandLine.ParseResult parsed = spec().commandLine().getParseResult();
        for (Setting<?> setting : settings().all()) {
            if (parsed.hasMatchedOption(setting.flagName())) {
                String value = parsed.matchedOptionValue(setting.flagName(), "");
                flags.put(setting.key(), value);
            }
        }
        ConfigLoader loader = new ConfigLoader(settings()).flags(flags);
        loader.environment(context().environment(), FOREIGN_VARIABLES::contains);
        return (file == null ? loader : loader.file(file)).load();
    }
}
