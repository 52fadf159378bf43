package io.ringkv.testing.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.testing.cluster.EmbeddedCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code server} as users run it: how it starts, refuses, and ends. */
final class ServerCommandIT {
    private final List<CommandRun> started = new ArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path root;

    @AfterEach
    void endAll() {
        started.forEach(CommandRun::close);
    }

    @Test
    void runsUntilItIsToldToStopAndTidiesUp() {
        Path runFile = root.resolve("s1/run.json");
        CommandRun server = start("--data", root.resolve("s1").toString(), "--base-port", "0");
        EmbeddedCluster.await(ClusterProcesses.PATIENCE, () -> Files.exists(runFile), server::said);
        assertThat(CommandRun.read(runFile))
                .contains("\"pid\":" + server.process().pid());

        CommandRun second = start("--data", root.resolve("s1").toString(), "--base-port", "0");
        assertThat(second.exitCode()).as(second.said()).isEqualTo(74);
        assertThat(second.err())
                .contains("DATA_DIRECTORY_LOCKED: Process " + server.process().pid());

        server.process().destroy();
        assertThat(server.exitCode()).as(server.said()).isZero();
        assertThat(runFile).doesNotExist();
    }

    @Test
    void endsWithTheExitCodeOfWhatIsWrong() {
        CommandRun unknownKey = start("--data", root.resolve("a").toString(), "-D", "batch.lnger=1ms");
        CommandRun badValue = start("--data", root.resolve("b").toString(), "--batch-linger", "1 fortnight");
        CommandRun unknownFlag = start("--dta", "x");

        assertThat(unknownKey.exitCode()).as(unknownKey.said()).isEqualTo(78);
        assertThat(unknownKey.err()).contains("UNKNOWN_CONFIG_KEY").contains("batch.linger");
        assertThat(badValue.exitCode()).as(badValue.said()).isEqualTo(78);
        assertThat(badValue.err()).contains("INVALID_CONFIG_VALUE").contains("1 fortnight");
        assertThat(unknownFlag.exitCode()).as(unknownFlag.said()).isEqualTo(2);
        assertThat(unknownFlag.err()).contains("--dta");
    }

    @Test
    void explainsItself() {
        CommandRun help = start("--help");

        assertThat(help.exitCode()).as(help.said()).isZero();
        assertThat(help.out()).contains("--data", "--join", "--base-port", "Examples:", "--batch-linger");
    }

    private CommandRun start(String... arguments) {
        List<String> command = new ArrayList<>(List.of(ClusterProcesses.LAUNCHER.toString(), "server"));
        command.addAll(List.of(arguments));
        CommandRun run = CommandRun.start(root, Map.of(), command);
        started.add(run);
        return run;
    }
}
