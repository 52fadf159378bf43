package io.ringkv.cli.look;

import io.ringkv.cli.Console;
import picocli.CommandLine.Command;

/** {@code shard list}. */
@Command(
        name = "list",
        description = "Shards with leader, replicas and sizes.",
        footer = {"", "Example:", "  ringkv shard list"})
public final class ShardListCommand extends LookCommand {
    @Override
    int look(ClusterView view, Console console) {
        list(
                console,
                "shards",
                view.shards(),
                Console.document(),
                shard -> describe(view, shard),
                shard -> Integer.toString(shard.getRecord().getShard()),
                () -> StatusCommand.shards(view));
        return 0;
    }
}
