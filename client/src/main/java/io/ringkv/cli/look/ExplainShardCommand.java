package io.ringkv.cli.look;

import io.ringkv.rpc.ExplainQuestion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code explain shard N}. */
@Command(
        name = "shard",
        description = "Which rule placed a shard, what it waits for, and how many losses it survives now.",
        footer = {"", "Example:", "  ringkv explain shard 12"})
public final class ExplainShardCommand extends ExplainCommand {

    @Parameters(index = "0", paramLabel = "N", description = "Number of the shard.")
    private int shard;

    @Override
    ExplainQuestion.Builder question() {
        return ExplainQuestion.newBuilder().setShard(Math.max(1, shard));
    }
}
