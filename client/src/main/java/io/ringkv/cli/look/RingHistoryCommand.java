package io.ringkv.cli.look;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.cli.output.Table;
import io.ringkv.client.RingKvClient;
import io.ringkv.rpc.HistoryEvent;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.RingHistory;
import io.ringkv.rpc.RingHistoryQuestion;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ring history}. */
@Command(
        name = "history",
        description = "What changed the ring, epoch by epoch; the manager keeps the youngest 1000 events.",
        footer = {"", "Examples:", "  ringkv ring history --limit 20", "  ringkv ring history --all -o jsonl"})
public final class RingHistoryCommand extends ClientCommand {

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "The youngest N events; 0 for all that are kept. Default: ${DEFAULT-VALUE}.")
    private int limit = 50;

    @Option(names = "--all", description = "Also events that left the published shard map as it was.")
    private boolean all;

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        Question question = Question.newBuilder()
                .setRingHistory(RingHistoryQuestion.newBuilder()
                        .setLimit(Math.max(0, limit))
                        .setUnpublished(all))
                .build();
        RingHistory history = client.admin().ask(question, timeout()).get().getRingHistory();
        Map<String, @Nullable Object> document = Console.document();
        document.put("ringEpoch", history.getRingEpoch());
        document.put("oldestRingEpoch", history.getOldestRingEpoch());
        LookCommand.list(
                console,
                "events",
                history.getEventsList(),
                document,
                RingHistoryCommand::describe,
                event -> event.getRingEpoch() + "\t" + time(event) + "\t" + event.getText(),
                () -> table(history));
        return 0;
    }

    private static String time(HistoryEvent event) {
        return Instant.ofEpochMilli(event.getWallMillis()).toString();
    }

    private static Map<String, @Nullable Object> describe(HistoryEvent event) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("number", event.getNumber());
        object.put("time", time(event));
        object.put("ringEpoch", event.getRingEpoch());
        object.put("published", event.getPublished());
        object.put("text", event.getText());
        return object;
    }

    private static Table table(RingHistory history) {
        Table table = new Table("EPOCH", "TIME", "EVENT");
        history.getEventsList().forEach(event -> table.row(event.getRingEpoch(), time(event), event.getText()));
        return table;
    }
}
