package io.ringkv.cli.look;

import io.ringkv.cli.Console;
import io.ringkv.client.RingKvClient;
import io.ringkv.rpc.OperationStatus;
import io.ringkv.rpc.OperationsQuestion;
import io.ringkv.rpc.Question;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code op show N}. */
@Command(
        name = "show",
        description = "One operation: what it does and why, where it is, what went wrong.",
        footer = {"", "Example:", "  ringkv op show 12"})
public final class OperationShowCommand extends LookCommand {

    @Parameters(index = "0", paramLabel = "NUMBER", description = "Number of the operation.")
    private long number;

    private OperationStatus operation = OperationStatus.getDefaultInstance();

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        Question question = Question.newBuilder()
                .setOperations(OperationsQuestion.newBuilder().setNumber(Math.max(1, number)))
                .build();
        operation =
                client.admin().ask(question, timeout()).get().getOperations().getOperations(0);
        return super.run(client, console);
    }

    @Override
    int look(ClusterView view, Console console) {
        Map<String, @Nullable Object> described = OperationView.describe(view, operation);
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.putAll(described);
            console.document(document);
            return 0;
        }
        described.forEach((name, value) -> {
            if (value != null && !value.equals("")) {
                console.line(name + " ".repeat(Math.max(1, 12 - name.length())) + value);
            }
        });
        return 0;
    }
}
