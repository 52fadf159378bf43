package io.ringkv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.BuildVersion;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void versionIsDataOnStandardOutput() {
        int exitCode = run("version");

        assertThat(exitCode).isZero();
        assertThat(out.toString()).startsWith("ringkv " + BuildVersion.current());
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpListsCommandsOfOtherModules() {
        run("help");

        assertThat(out.toString()).contains("version").contains("extra");
    }

    @Test
    void runsCommandsOfOtherModules() {
        assertThat(run("extra")).isEqualTo(7);
    }

    @Test
    void unknownCommandIsAUsageErrorOnStandardError() {
        assertThat(run("no-such-command")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("no-such-command");
    }

    @Test
    void noCommandIsAUsageError() {
        assertThat(run()).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("a command is missing");
    }

    private int run(String... args) {
        CommandRun run = CommandRun.of(new MemoryClient(), args);
        out.append(run.out());
        err.append(run.err());
        return run.exitCode();
    }

    /** Stands for another module. */
    public static final class ExtraCommands implements CommandProvider {
        @Override
        public List<Object> commands() {
            return List.of(new Extra());
        }
    }

    @Command(name = "extra")
    static final class Extra implements Callable<Integer> {
        @Override
        public Integer call() {
            return 7;
        }
    }
}
