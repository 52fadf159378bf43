package io.ringkv.cli.look;

import io.ringkv.cli.Console;
import io.ringkv.client.RingKvClient;
import io.ringkv.rpc.OperationStatus;
import io.ringkv.rpc.OperationsQuestion;
import io.ringkv.rpc.Question;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code op list}. */
@Command(
        name = "list",
        description = "Operations under way: moves of replicas, transfers of leaders, repairs.",
        footer = {"", "Examples:", "  ringkv op list", "  ringkv op list --all -o jsonl"})
public final class OperationListCommand extends LookCommand {

    @Option(names = "--all", description = "Also those that are over; the youngest 100 are kept.")
    private boolean all;

    private List<OperationStatus> asked = List.of();

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        if (all) {
            Question question = Question.newBuilder()
                    .setOperations(OperationsQuestion.getDefaultInstance())
                    .build();
            asked = client.admin()
                    .ask(question, timeout())
                    .get()
                    .getOperations()
                    .getOperationsList();
        }
        return super.run(client, console);
    }

    @Override
    int look(ClusterView view, Console console) {
        List<OperationStatus> operations = all ? asked : view.status().getOperationsList();
        Map<String, @Nullable Object> document = Console.document();
        document.put("paused", view.status().getOperationsPaused());
        list(
                console,
                "operations",
                operations,
                document,
                operation -> OperationView.describe(view, operation),
                operation -> Long.toString(operation.getNumber()),
                () -> OperationView.table(view, operations));
        if (view.status().getOperationsPaused()) {
            console.say("Operations are paused; ringkv op resume lets them go on.");
        }
        return 0;
    }
}
