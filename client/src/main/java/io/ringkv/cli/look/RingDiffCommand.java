package io.ringkv.cli.look;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.cli.output.Table;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.shardmap.ShardMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ring diff A B}. */
@Command(
        name = "diff",
        description = "What differs between two ring epochs: servers, replicas of shards, ranges.",
        footer = {"", "Example:", "  ringkv ring diff 12 41"})
public final class RingDiffCommand extends ClientCommand {

    @Parameters(index = "0", paramLabel = "FROM", description = "The one ring epoch.")
    private long from;

    @Parameters(index = "1", paramLabel = "TO", description = "The other one.")
    private long to;

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        ShardMap before = RingAt.ask(client, from, timeout());
        ShardMap after = RingAt.ask(client, to, timeout());
        List<RingChange> changes = RingChange.between(before, after);
        Map<String, @Nullable Object> document = Console.document();
        document.put("from", from);
        document.put("to", to);
        LookCommand.list(
                console,
                "changes",
                changes,
                document,
                RingDiffCommand::describe,
                change -> change.subject() + "\t" + change.before() + "\t" + change.after(),
                () -> table(changes));
        return 0;
    }

    private static Map<String, @Nullable Object> describe(RingChange change) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("subject", change.subject());
        object.put("before", change.before().isEmpty() ? null : change.before());
        object.put("after", change.after().isEmpty() ? null : change.after());
        return object;
    }

    private Table table(List<RingChange> changes) {
        Table table = new Table("WHAT", "EPOCH " + from, "EPOCH " + to);
        changes.forEach(change -> table.row(
                change.subject(),
                change.before().isEmpty() ? "-" : change.before(),
                change.after().isEmpty() ? "-" : change.after()));
        return table;
    }
}
