package io.ringkv.cli.look;

import io.ringkv.cli.Console;
import io.ringkv.rpc.ShardStatus;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code shard list}. */
@Command(
        name = "list",
        description = "Shards with leader, replicas and sizes.",
        footer = {"", "Example:", "  ringkv shard list"})
public final class ShardListCommand extends LookCommand {
    @Override
    int look(ClusterView view, Console console) {
        switch (console.format()) {
            case JSON -> {
                Map<String, @Nullable Object> document = Console.document();
                document.put(
                        "shards",
                        view.shards().stream()
                                .map(shard -> describe(view, shard))
                                .toList());
                console.document(document);
            }
            case JSONL -> view.shards().forEach(shard -> console.jsonLine(describe(view, shard)));
            case RAW -> {
                for (ShardStatus shard : view.shards()) {
                    console.line(Integer.toString(shard.getRecord().getShard()));
                }
            }
            case TABLE -> console.table(StatusCommand.shards(view));
        }
        return 0;
    }
}
