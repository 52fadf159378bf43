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
    void helpAndVersionAreFlagsToo() {
        assertThat(run("--help")).isZero();
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).contains("Usage: ringkv", "ringkv " + BuildVersion.current());
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void versionIsJsonWhenAskedFor() {
        assertThat(run("version", "-o", "json")).isZero();
        assertThat(out.toString()).contains("\"version\" : \"" + BuildVersion.current() + "\"");
    }

    @Test
    void helpExplainsCommandsOfSeveralWords() {
        assertThat(run("help", "shard", "list")).isZero();
        assertThat(out.toString()).startsWith("Usage: ringkv shard list");
    }

    @Test
    void helpOfAnUnknownCommandIsAUsageError() {
        assertThat(run("help", "shard", "lst")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).startsWith("INVALID_ARGUMENT: There is no command 'shard lst'.");
    }

    @Test
    void unknownCommandIsAUsageErrorThatNamesTheNearest() {
        assertThat(run("statu")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .isEqualToIgnoringNewLines(
                        "INVALID_ARGUMENT: There is no command 'statu'. Did you mean status? See ringkv --help.");
    }

    @Test
    void swappedLettersAreUnderstood() {
        run("gte", "k");

        assertThat(err.toString()).contains("Did you mean get?");
    }

    @Test
    void unknownFlagIsAUsageErrorThatNamesTheNearest() {
        assertThat(run("get", "k", "--endpoint", "x")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("UNKNOWN_FLAG: There is no flag '--endpoint'. Did you mean --endpoints?"
                        + " See ringkv get --help.");
    }

    @Test
    void anArgumentTooManyIsNamed() {
        assertThat(run("get", "k", "second")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("The argument 'second' is one too many");
    }

    @Test
    void noCommandIsAUsageErrorThatListsTheCommands() {
        assertThat(run()).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("shard")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("Usage: ringkv", "status", "Usage: ringkv shard", "list");
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
