package io.ringkv.testing.cli.lab;

import io.ringkv.cli.Console;
import io.ringkv.cli.RingKvTask;
import io.ringkv.cli.output.Table;
import io.ringkv.testing.lab.nemesis.Ability;
import io.ringkv.testing.lab.nemesis.FaultKind;
import io.ringkv.testing.lab.workload.WorkloadKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code lab list}. */
@Command(
        name = "list",
        description = "List the workloads of the lab, and what can be done to a cluster meanwhile.",
        footer = {"", "Examples:", "  ringkv lab list", "  ringkv lab list -o json"})
public final class LabListCommand extends RingKvTask {
    @Override
    protected int run(Console console) {
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            List<Object> workloads = new ArrayList<>();
            for (WorkloadKind kind : WorkloadKind.values()) {
                Map<String, Object> workload = new LinkedHashMap<>();
                workload.put("name", kind.toString());
                workload.put("description", kind.description());
                workloads.add(workload);
            }
            document.put("workloads", workloads);
            List<Object> faults = new ArrayList<>();
            for (FaultKind kind : FaultKind.values()) {
                Map<String, Object> fault = new LinkedHashMap<>();
                fault.put("name", kind.toString());
                fault.put("description", kind.description());
                fault.put("needs", kind.need().map(Ability::toString).orElse(""));
                fault.put("variants", kind.variants());
                faults.add(fault);
            }
            document.put("nemeses", faults);
            console.document(document);
            return 0;
        }
        Table table = new Table("WORKLOAD", "WHAT IT DOES");
        for (WorkloadKind kind : WorkloadKind.values()) {
            table.row(kind, kind.description());
        }
        console.table(table);
        console.line("");
        Table faults = new Table("NEMESIS", "WHAT IT DOES");
        faults.row("none", "nothing is done to the cluster");
        for (FaultKind kind : FaultKind.values()) {
            faults.row(
                    kind,
                    kind.description()
                            + kind.need().map(need -> " (needs " + need + ")").orElse(""));
        }
        faults.row(FaultKind.ALL, "all of them, those left out that this machine does not permit");
        console.table(faults);
        return 0;
    }
}
