package io.ringkv.testing.cli.lab;

import io.ringkv.cli.Console;
import io.ringkv.cli.RingKvTask;
import io.ringkv.client.ClientOptions;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ExitCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.testing.lab.nemesis.FaultKind;
import io.ringkv.testing.lab.nemesis.FaultSchedule;
import io.ringkv.testing.lab.run.LoadOptions;
import io.ringkv.testing.lab.run.RunPlan;
import io.ringkv.testing.lab.run.RunResult;
import io.ringkv.testing.lab.workload.WorkloadKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lab run}. */
@Command(
        name = "run",
        description = {
            "Read and write all the time, record every operation, and check the whole history. With --nemesis or --servers"
                    + " this happens on a cluster of processes of its own, which is broken meanwhile and thrown away"
                    + " afterwards; without, on a running one, to which nothing is done.",
            "Exit code 0: every promise was kept. 8: one was broken, or more failed than --max-errors allows. 6: nobody"
                    + " knows, because the checker gave up."
        },
        footer = {
            "",
            "Examples:",
            "  ringkv lab run --workload register --nemesis kill,partition,pause --time 60s",
            "  ringkv lab run --workload mixed --cluster .ringkv/7400 --max-errors 0"
        })
public final class LabRunCommand extends RingKvTask {
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final int DEFAULT_SERVERS = 5;
    private static final int MOST_SERVERS = 50;
    private static final int OPEN_LOOP_CALLERS = 64;
    private static final int CLOSED_LOOP_CALLERS = 16;

    @Option(
            names = "--workload",
            paramLabel = "W",
            description = "What is done: ${COMPLETION-CANDIDATES}; see ringkv lab list. Default: register.")
    private WorkloadKind workload = WorkloadKind.REGISTER;

    @Option(
            names = "--nemesis",
            split = ",",
            paramLabel = "N",
            description =
                    "What is done to the cluster: none, all, or some of kill, partition, ... (ringkv lab list). Those that"
                            + " this machine does not permit are left out. Default: none.")
    private List<String> nemesis = List.of("none");

    @Option(
            names = "--servers",
            paramLabel = "N",
            defaultValue = "0",
            description = "Servers of a cluster of its own, 3 to 50. Default with a nemesis: 5.")
    private int servers;

    @Option(names = "--time", paramLabel = "TIME", description = "How long, such as 60s. Default: 60s. At most 24h.")
    private Duration time = Duration.ofSeconds(60);

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides everything that is chosen by chance. Default: 1.")
    private long seed = 1;

    @Option(
            names = "--endpoints",
            paramLabel = "HOST:PORT,...",
            description = "Any servers or managers of a running cluster. Default: RINGKV_ENDPOINTS, else ports 7400,"
                    + " 7410, 7420 of this machine.")
    private String endpoints = "";

    @Option(
            names = "--cluster",
            paramLabel = "DIR",
            description = "A running cluster of scripts/cluster, by its directory.")
    private @Nullable Path cluster;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Operations per second, whatever the cluster does. Default: each caller sends its next when it"
                            + " has the answer to the last.")
    private double rate;

    @Option(
            names = "--callers",
            paramLabel = "N",
            defaultValue = "0",
            description = "Operations under way at a time. Default: 16, with --rate 64.")
    private int callers;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "2",
            description = "Client instances the callers share. Default: 2.")
    private int clients = 2;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "20",
            description = "Different keys, 10 or more; at least one per shard. Default: 20.")
    private int keys = 20;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Within which an operation must succeed, the client's own retries included. Default: 5s.")
    private Duration timeout = Duration.ofSeconds(5);

    @Option(
            names = "--max-errors",
            paramLabel = "N",
            defaultValue = "-1",
            description = "Operations that may fail or have an unknown outcome; with more the exit code is 8. Default:"
                    + " any number.")
    private long maxErrors = -1;

    @Option(
            names = "--max-operations",
            paramLabel = "N",
            defaultValue = "4000000",
            description = "The run ends early when so many have been recorded; a million takes about 200 MB. Default:"
                    + " 4000000.")
    private int maxOperations = 4_000_000;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Where history, verdict and report go; must not exist. Default: .ringkv/lab/ and a name made of"
                            + " workload, nemesis and seed.")
    private @Nullable Path out;

    @Override
    protected int run(Console console) throws Exception {
        boolean ownCluster = servers > 0 || !nemesis.equals(List.of("none"));
        if (ownCluster && (cluster != null || !endpoints.isEmpty())) {
            throw new RingKvException(
                    ErrorCode.SAFETY_REFUSED,
                    "--nemesis and --servers are for a cluster of its own, not for one that is named");
        }
        RunPlan plan = plan();
        RunTalk talk = new RunTalk(console);
        PlanDocument document = ownCluster ? onOwn(plan, talk) : new PlanDocument(plan, 0, endpoints(), List.of());
        RunDirectory directory = RunDirectory.create(out, workload + "-" + String.join("-", nemesis) + "-" + seed);
        RunResult result = new PlannedRun(document, context().environment(), talk).run(directory);
        talk.print(plan, result, directory.path());
        if (maxErrors >= 0 && result.figures().operations() - result.figures().succeeded() > maxErrors) {
            console.warn("more operations failed than --max-errors " + maxErrors + " allows");
            return ExitCode.UNHEALTHY.value();
        }
        return VerdictReport.exitCode(result.verdict()).value();
    }

    private PlanDocument onOwn(RunPlan plan, RunTalk talk) throws IOException, InterruptedException {
        int count = servers == 0 ? DEFAULT_SERVERS : servers;
        if (count < 3 || count > MOST_SERVERS) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT, "--servers " + count + " is out of bounds: 3 to " + MOST_SERVERS);
        }
        List<FaultKind> kinds = NemesisNames.possible(nemesis, context().environment(), talk);
        return new PlanDocument(plan, count, "", FaultSchedule.plan(kinds, seed, time.toMillis()));
    }

    private RunPlan plan() {
        if (time.compareTo(LONGEST) > 0) {
            throw new RingKvException(ErrorCode.INVALID_ARGUMENT, "A run lasts at most 24h, not " + time);
        }
        int threads = callers > 0 ? callers : rate > 0 ? OPEN_LOOP_CALLERS : CLOSED_LOOP_CALLERS;
        try {
            LoadOptions load = new LoadOptions(threads, Math.min(clients, threads), rate, timeout, seed);
            return new RunPlan(workload, load, time, keys, PlannedRun.newName(workload, seed), maxOperations);
        } catch (IllegalArgumentException e) {
            throw new RingKvException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
        }
    }

    private String endpoints() {
        if (cluster != null) {
            if (!endpoints.isEmpty()) {
                throw new RingKvException(ErrorCode.INVALID_ARGUMENT, "Say --endpoints or --cluster, not both");
            }
            return ClusterDirectory.endpoints(cluster);
        }
        if (!endpoints.isEmpty()) {
            return endpoints;
        }
        String variable = context().environment().getOrDefault("RINGKV_ENDPOINTS", "");
        return variable.isBlank() ? ClientOptions.DEFAULT_ENDPOINTS : variable;
    }
}
