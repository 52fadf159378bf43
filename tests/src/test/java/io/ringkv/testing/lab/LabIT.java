package io.ringkv.testing.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.cli.CliContext;
import io.ringkv.cli.Main;
import io.ringkv.client.RingKvClient;
import io.ringkv.testing.cluster.EmbeddedCluster;
import io.ringkv.testing.lab.check.CheckResult;
import io.ringkv.testing.lab.check.Verdict;
import io.ringkv.testing.lab.history.Subject;
import io.ringkv.testing.lab.run.Disturbance;
import io.ringkv.testing.lab.run.LabRun;
import io.ringkv.testing.lab.run.LiveCounts;
import io.ringkv.testing.lab.run.LoadOptions;
import io.ringkv.testing.lab.run.Recorder;
import io.ringkv.testing.lab.run.RunListener;
import io.ringkv.testing.lab.run.RunPlan;
import io.ringkv.testing.lab.run.RunResult;
import io.ringkv.testing.lab.workload.WorkloadKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lab against real servers: what they do well it finds right, and what is wrong in a record it finds. */
final class LabIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static EmbeddedCluster cluster;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void startCluster() {
        cluster = EmbeddedCluster.start(3);
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void allWorkloadsAreRightWhileAServerIsKilledAndComesBack() throws Exception {
        LoadOptions load = new LoadOptions(8, 2, 0, Duration.ofSeconds(20), 1);
        RunPlan plan = new RunPlan(WorkloadKind.MIXED, load, Duration.ofSeconds(4), 10, "mixed", 1_000_000);

        RunResult result = new LabRun(cluster.endpoints(), plan, new OneKill(), new Silence()).run();

        assertThat(result.verdict()).as("%s", result.checks()).isEqualTo(Verdict.OK);
        assertThat(result.checks()).extracting(CheckResult::subject).containsExactly(Subject.values());
        assertThat(result.figures().succeeded()).isGreaterThan(100);
        assertThat(result.leaders()).isNotEmpty();
    }

    @Test
    void aRunLeavesARecordThatCanBeJudgedAgain() throws IOException {
        Path run = directory.resolve("run");
        int code = ringkv(
                "lab",
                "run",
                "--workload",
                "register",
                "--time",
                "2s",
                "--rate",
                "500",
                "--max-errors",
                "0",
                "--endpoints",
                cluster.endpoints(),
                "--out",
                run.toString());

        assertThat(code).as("%s%s", out, err).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("verdict", "linearizable:");
        assertThat(Files.readString(run.resolve("report.html"))).contains("\"verdict\":\"ok\"");
        assertThat(Files.readString(run.resolve("run.json"))).contains("\"seed\" : \"1\"");
        Files.delete(run.resolve("report.html"));
        assertThat(ringkv("lab", "report", run.toString())).isZero();
        assertThat(Files.readString(run.resolve("report.html"))).contains("\"verdict\":\"ok\"");
        assertThat(ringkv("lab", "check", run.resolve("history.edn").toString()))
                .isZero();
        Path history = run.resolve("history.jsonl");
        assertThat(ringkv("lab", "check", history.toString(), "-o", "json")).isZero();

        List<String> lines = Files.readAllLines(history);
        for (int i = lines.size() - 1; i > 0; i--) {
            if (lines.get(i).contains("\"type\":\"ok\",\"f\":\"read\"")) {
                lines.set(i, lines.get(i).replaceFirst("\"value\":[^,]+", "\"value\":123456"));
                break;
            }
        }
        Files.write(history, lines);
        out.reset();
        assertThat(ringkv("lab", "check", history.toString())).isEqualTo(8);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("VIOLATION", "123456", "<--");
    }

    @Test
    void aRunCanBeMadeAgain() throws IOException {
        Path run = directory.resolve("first");
        Path again = directory.resolve("again");
        int first = ringkv(
                "lab",
                "run",
                "--workload",
                "counter",
                "--time",
                "1s",
                "--seed",
                "9",
                "--rate",
                "200",
                "--endpoints",
                cluster.endpoints(),
                "--out",
                run.toString());
        int second = ringkv("lab", "replay", run.toString(), "--out", again.toString());

        assertThat(first).as("%s%s", out, err).isZero();
        assertThat(second).as("%s%s", out, err).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .containsPattern("retries +[1-9][0-9]* by the clients; the lab cut");
        assertThat(withoutName(again)).isEqualTo(withoutName(run));
    }

    private static String withoutName(Path run) throws IOException {
        return Files.readString(run.resolve("run.json")).replaceFirst("\"run\" : .*", "");
    }

    @Test
    void saysWhichDirectoriesHoldNoRun() {
        assertThat(ringkv("lab", "replay", directory.toString())).isNotZero();
        assertThat(ringkv("lab", "report", directory.toString())).isNotZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("There is no run in", "There is no finished run in");
    }

    @Test
    void refusesToBreakAClusterThatIsNotItsOwn() {
        assertThat(ringkv("lab", "run", "--nemesis", "kill", "--endpoints", cluster.endpoints()))
                .isEqualTo(10);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("SAFETY_REFUSED");
    }

    private int ringkv(String... words) {
        CliContext context = new CliContext(
                new ByteArrayInputStream(new byte[0]), out, err, Map.of(), false, false, RingKvClient::connect, false);
        return Main.commandLine(context).execute(words);
    }

    /** Kills a server of the embedded cluster and starts it again. */
    private static final class OneKill implements Disturbance {
        private CompletableFuture<Void> done = CompletableFuture.completedFuture(null);

        @Override
        public void start(Recorder recorder) {
            done = CompletableFuture.runAsync(() -> {
                cluster.kill("s1");
                cluster.restart("s1");
            });
        }

        @Override
        public void heal() {
            done.join();
            cluster.awaitReady(Duration.ofSeconds(60));
        }
    }

    private static final class Silence implements RunListener {
        @Override
        public void say(String text) {}

        @Override
        public void second(int number, LiveCounts.Second counts) {}
    }
}
