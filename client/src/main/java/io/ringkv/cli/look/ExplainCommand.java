package io.ringkv.cli.look;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.client.RingKvClient;
import io.ringkv.rpc.ExplainQuestion;
import io.ringkv.rpc.ExplainedFact;
import io.ringkv.rpc.Question;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Base of commands that explain. */
abstract class ExplainCommand extends ClientCommand {

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        List<ExplainedFact> facts = client.admin()
                .ask(Question.newBuilder().setExplain(question()).build(), timeout())
                .get()
                .getExplain()
                .getFactsList();
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.put("facts", facts.stream().map(ExplainCommand::describe).toList());
            console.document(document);
            return 0;
        }
        int width =
                facts.stream().mapToInt(fact -> fact.getName().length()).max().orElse(0);
        facts.forEach(fact -> console.line(console.bold(fact.getName())
                + " ".repeat(width + 2 - fact.getName().length())
                + fact.getText()));
        return 0;
    }

    abstract ExplainQuestion.Builder question();

    private static Map<String, @Nullable Object> describe(ExplainedFact fact) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("name", fact.getName());
        object.put("text", fact.getText());
        return object;
    }
}
