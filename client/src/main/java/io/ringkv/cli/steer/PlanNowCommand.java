package io.ringkv.cli.steer;

import io.ringkv.rpc.PlanNothing;
import io.ringkv.rpc.PlanQuestion;
import picocli.CommandLine.Command;

/** {@code plan now}. */
@Command(
        name = "now",
        description = "What the manager would do anyway, as the cluster is now.",
        footer = {"", "Example:", "  ringkv plan now"})
public final class PlanNowCommand extends PlanCommand {
    @Override
    PlanQuestion.Builder question() {
        return PlanQuestion.newBuilder().setNothing(PlanNothing.getDefaultInstance());
    }
}
