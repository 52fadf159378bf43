package io.ringkv.testing.cli.lab;

import io.ringkv.cli.Console;
import io.ringkv.cli.output.JsonTree;
import io.ringkv.common.BuildVersion;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.testing.lab.file.JsonReader;
import io.ringkv.testing.lab.nemesis.Fault;
import io.ringkv.testing.lab.nemesis.FaultKind;
import io.ringkv.testing.lab.nemesis.Target;
import io.ringkv.testing.lab.run.LoadOptions;
import io.ringkv.testing.lab.run.RunPlan;
import io.ringkv.testing.lab.workload.WorkloadKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run is going to do, as {@code run.json} holds it: enough to do it again. Immutable.
 *
 * @param plan of the load
 * @param servers of a cluster of its own; 0 if it is on another
 * @param endpoints of the cluster
 * @param schedule of faults
 */
record PlanDocument(RunPlan plan, int servers, String endpoints, List<Fault> schedule) {
    private static final String FILE = "run.json";

    PlanDocument {
        schedule = List.copyOf(schedule);
    }

    void write(Path directory) throws IOException {
        Map<String, @Nullable Object> document = Console.document();
        document.put("workload", plan.workload().toString());
        document.put("nemesis", FaultKind.names(schedule));
        document.put("schedule", schedule.stream().map(PlanDocument::describe).toList());
        document.put("servers", servers);
        document.put("seed", Long.toString(plan.load().seed()));
        document.put("timeMillis", plan.time().toMillis());
        document.put("callers", plan.load().callers());
        document.put("clients", plan.load().clients());
        document.put("ratePerSecond", plan.load().ratePerSecond());
        document.put("timeoutMillis", plan.load().timeout().toMillis());
        document.put("keys", plan.keys());
        document.put("operationsMax", plan.operationsMax());
        document.put("run", plan.name());
        document.put("endpoints", endpoints);
        document.put("version", BuildVersion.current());
        document.put("java", Runtime.version().toString());
        document.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        document.put("processors", Runtime.getRuntime().availableProcessors());
        Files.writeString(directory.resolve(FILE), JsonTree.pretty(document) + "\n");
    }

    private static Map<String, Object> describe(Fault fault) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("kind", fault.kind().toString());
        described.put("variant", fault.variant());
        described.put("target", fault.target().toString());
        described.put("choice", fault.choice());
        described.put("fromMillis", fault.fromMillis());
        described.put("toMillis", fault.toMillis());
        return described;
    }

    /**
     * Reads the plan of a run that was made.
     *
     * @param name for the run that is to come
     * @throws RingKvException NOT_FOUND if the directory holds no run, INPUT_MALFORMED if what it holds makes no sense
     */
    static PlanDocument read(Path directory, String name) throws IOException {
        Path file = directory.resolve(FILE);
        try {
            if (JsonReader.read(Files.readString(file)) instanceof Map<?, ?> map) {
                return of(map, name);
            }
            throw new IOException("no object");
        } catch (NoSuchFileException e) {
            throw new RingKvException(ErrorCode.NOT_FOUND, "There is no run in " + directory + ": it has no " + FILE);
        } catch (IOException | IllegalArgumentException | ArithmeticException e) {
            throw new RingKvException(ErrorCode.INPUT_MALFORMED, file + " is not the plan of a run", e);
        }
    }

    private static PlanDocument of(Map<?, ?> map, String name) {
        LoadOptions load = new LoadOptions(
                number(map, "callers"),
                number(map, "clients"),
                Double.parseDouble(String.valueOf(map.get("ratePerSecond"))),
                Duration.ofMillis(number(map, "timeoutMillis")),
                Long.parseLong(text(map, "seed")));
        RunPlan plan = new RunPlan(
                WorkloadKind.valueOf(text(map, "workload").toUpperCase(Locale.ROOT)),
                load,
                Duration.ofMillis(number(map, "timeMillis")),
                number(map, "keys"),
                name,
                number(map, "operationsMax"));
        List<Fault> schedule = new ArrayList<>();
        for (Object fault : value(map, "schedule", List.class)) {
            if (!(fault instanceof Map<?, ?> fields)) {
                throw new IllegalArgumentException("a fault is no object");
            }
            schedule.add(fault(fields));
        }
        return new PlanDocument(plan, number(map, "servers"), text(map, "endpoints"), schedule);
    }

    private static Fault fault(Map<?, ?> map) {
        FaultKind kind = FaultKind.named(text(map, "kind"));
        if (kind == null) {
            throw new IllegalArgumentException("unknown fault " + map.get("kind"));
        }
        return new Fault(
                kind,
                text(map, "variant"),
                Target.valueOf(text(map, "target").toUpperCase(Locale.ROOT).replace(' ', '_')),
                number(map, "choice"),
                number(map, "fromMillis"),
                number(map, "toMillis"));
    }

    private static int number(Map<?, ?> map, String name) {
        return Math.toIntExact(value(map, name, Long.class));
    }

    private static String text(Map<?, ?> map, String name) {
        return value(map, name, String.class);
    }

    private static <T> T value(Map<?, ?> map, String name, Class<T> type) {
        Object value = map.get(name);
        if (value == null || !type.isInstance(value)) {
            throw new IllegalArgumentException("it has no " + name);
        }
        return type.cast(value);
    }
}
