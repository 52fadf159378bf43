package io.ringkv.cli.look;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.cli.output.Table;
import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ExitCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.time.NanoClock;
import io.ringkv.rpc.ServerSuspicion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code doctor}. */
@Command(
        name = "doctor",
        description = {
            "Look for what is wrong: with evidence, what comes of it, and what helps.",
            "With --machine also this machine and the disk of a directory: writes there for",
            "a moment. Exit code 8 when something fails; warnings alone are no failure."
        },
        footer = {
            "",
            "Examples:",
            "  ringkv doctor",
            "  ringkv doctor --machine /var/lib/ringkv",
            "  ringkv doctor -o json | jq '.checks[] | select(.severity != \"OK\")'"
        })
public final class DoctorCommand extends ClientCommand {

    @Option(
            names = "--machine",
            paramLabel = "DIRECTORY",
            description = "Measure this machine too, with its disk where this directory is.")
    private @Nullable Path directory;

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        List<Complaint> checks = new ArrayList<>(examineCluster(client));
        if (directory != null) {
            checks.addAll(examineMachine(directory));
        }
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.put("checks", checks.stream().map(DoctorCommand::describe).toList());
            console.document(document);
        } else {
            print(checks, console);
        }
        boolean isIll = checks.stream().anyMatch(check -> check.severity() == Complaint.Severity.FAILURE);
        return isIll ? ExitCode.UNHEALTHY.value() : 0;
    }

    /** A cluster that cannot be asked is the first finding, and must not hide what the machine shows. */
    private List<Complaint> examineCluster(RingKvClient client) throws InterruptedException {
        try {
            ClusterView view = new ClusterView(
                    client.blocking().status(ReadOptions.defaults().withTimeout(timeout())));
            return ClusterExamination.of(view, suspicions(client));
        } catch (RingKvException e) {
            return List.of(Complaint.failure(
                    "cluster",
                    String.valueOf(e.getMessage()),
                    "Nothing is known of the cluster.",
                    "Start its processes, or say where they are: --endpoints HOST:PORT."));
        }
    }

    private List<ServerSuspicion> suspicions(RingKvClient client) throws InterruptedException {
        try {
            return ServerSuspicionCommand.ask(client, "", timeout());
        } catch (ExecutionException noLeader) {
            return List.of(); // the check of the managers says so
        }
    }

    private static List<Complaint> examineMachine(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT, "--machine " + directory + " is not a directory that exists");
        }
        try {
            return MachineExamination.of(MachineFacts.measure(directory, NanoClock.system()));
        } catch (IOException e) {
            return List.of(Complaint.failure(
                    "disk",
                    "writing to " + directory + " failed: " + e.getMessage(),
                    "A server cannot work there.",
                    "Check path, owner, permissions and disk."));
        }
    }

    private static Map<String, @Nullable Object> describe(Complaint check) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("check", check.check());
        object.put("severity", check.severity().name());
        object.put("evidence", check.evidence());
        object.put("impact", check.impact());
        object.put("help", check.help());
        return object;
    }

    private static void print(List<Complaint> checks, Console console) {
        Table table = new Table("CHECK", "RESULT", "EVIDENCE");
        checks.forEach(check -> table.row(check.check(), result(check, console), check.evidence()));
        console.table(table);
        for (Complaint check : checks) {
            if (check.severity() != Complaint.Severity.OK) {
                console.line("");
                console.line(console.bold(check.check()) + ": " + check.impact());
                console.line("  " + check.help());
            }
        }
    }

    private static String result(Complaint check, Console console) {
        return switch (check.severity()) {
            case OK -> console.green("ok");
            case WARNING -> console.yellow("WARNING");
            case FAILURE -> console.red("FAILURE");
        };
    }
}
