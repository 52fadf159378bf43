package io.ringkv.testing.cli.bench;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.cli.output.Table;
import io.ringkv.client.ClientOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ExitCode;
import io.ringkv.common.error.RingKvException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench}. */
@Command(
        name = "bench",
        description = {
            "Measure a running cluster: N callers in this process, each with one operation at a time.",
            "Writes keys that begin with bench/. The servers should be warm: the first minute of a Java process is slow."
        },
        footer = {
            "",
            "Examples:",
            "  ringkv bench --clients 1,64,256 --warm-up 60s",
            "  ringkv bench --workload get --callers async --dir .ringkv/7400 -o json"
        })
public final class BenchCommand extends ClientCommand {
    private static final int MOST_CLIENTS = 4096;
    private static final Duration LONGEST = Duration.ofHours(1);

    @Option(
            names = "--workload",
            split = ",",
            paramLabel = "W",
            description = "${COMPLETION-CANDIDATES}; several with commas. Default: put,get,mix.")
    private List<Workload> workloads = List.of(Workload.values());

    @Option(
            names = "--clients",
            split = ",",
            paramLabel = "N",
            description = "Callers; several with commas. Default: 64.")
    private List<Integer> clients = List.of(64);

    @Option(
            names = "--callers",
            paramLabel = "KIND",
            description =
                    "How they wait for answers: ${COMPLETION-CANDIDATES}. blocking: a thread each, as most programs do;"
                            + " async: a callback each. Default: blocking.")
    private Callers kind = Callers.BLOCKING;

    @Option(names = "--time", paramLabel = "TIME", description = "Length of each measurement. Default: 10s.")
    private Duration time = Duration.ofSeconds(10);

    @Option(names = "--warm-up", paramLabel = "TIME", description = "Load before each measurement. Default: 5s.")
    private Duration warmUp = Duration.ofSeconds(5);

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Different keys. Default: 100000.")
    private int keys = 100_000;

    @Option(names = "--key-bytes", paramLabel = "N", defaultValue = "16", description = "Default: 16.")
    private int keyBytes = 16;

    @Option(names = "--value-bytes", paramLabel = "N", defaultValue = "128", description = "Default: 128.")
    private int valueBytes = 128;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Directory of the cluster (scripts/cluster), to measure the CPU time of its servers.")
    private @Nullable Path directory;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the random keys. Default: 1.")
    private long seed = 1;

    @Override
    protected ClientOptions.Builder clientOptions() {
        return super.clientOptions().oneShot(false);
    }

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        check();
        BenchData data = data();
        ProcessCpu servers = directory == null ? ProcessCpu.none() : ProcessCpu.ofServersIn(directory);
        console.say("loading " + keys + " keys");
        DataLoad.run(client, data);
        List<BenchResult> results = new ArrayList<>();
        for (Workload workload : workloads) {
            for (int callers : clients) {
                console.say("measuring " + workload + " with " + callers + " " + kind + " callers");
                results.add(new ClosedLoop(client, data, workload, kind, callers, seed)
                        .run(warmUp.toMillis(), time.toMillis(), servers));
            }
        }
        print(results, console);
        return results.stream().anyMatch(result -> result.failures() > 0) ? ExitCode.UNHEALTHY.value() : 0;
    }

    private BenchData data() {
        try {
            return new BenchData(keys, keyBytes, valueBytes);
        } catch (IllegalArgumentException e) {
            throw new RingKvException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
        }
    }

    private void check() {
        for (int callers : clients) {
            if (callers < 1 || callers > MOST_CLIENTS) {
                throw new RingKvException(
                        ErrorCode.INVALID_ARGUMENT, "--clients " + callers + " is out of bounds: 1 to " + MOST_CLIENTS);
            }
        }
        for (Duration duration : List.of(time, warmUp)) {
            if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
                throw new RingKvException(
                        ErrorCode.INVALID_ARGUMENT, "A measurement lasts at most 1h, not " + duration);
            }
        }
    }

    private static void print(List<BenchResult> results, Console console) {
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.put("results", results.stream().map(BenchResult::describe).toList());
            console.document(document);
            return;
        }
        Table table = new Table(
                "WORKLOAD",
                "CALLERS",
                "CLIENTS",
                "OPS/S",
                "P50 MS",
                "P95 MS",
                "P99 MS",
                "P99.9 MS",
                "MAX MS",
                "CPU-S/1000",
                "FAILED");
        for (BenchResult result : results) {
            table.row(
                    result.workload(),
                    result.callers(),
                    result.clients(),
                    Math.round(result.operationsPerSecond()),
                    number(result.percentileMillis(50)),
                    number(result.percentileMillis(95)),
                    number(result.percentileMillis(99)),
                    number(result.percentileMillis(99.9)),
                    number(result.latencyNanos().getMaxValue() / 1e6),
                    Double.isNaN(result.cpuPerThousand()) ? "-" : number(result.cpuPerThousand()),
                    result.failures());
        }
        console.table(table);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 1 ? "%.3f" : "%.2f", value);
    }
}
