package io.ringkv.cli.steer;

import io.ringkv.rpc.JoinServers;
import io.ringkv.rpc.PlanQuestion;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plan join N}. */
@Command(
        name = "join",
        description = "What it would cost if servers joined.",
        footer = {"", "Examples:", "  ringkv plan join 2", "  ringkv plan join 3 --zones a,b,c"})
public final class PlanJoinCommand extends PlanCommand {

    @Parameters(index = "0", paramLabel = "N", description = "How many servers.")
    private int servers;

    @Option(names = "--zones", split = ",", paramLabel = "ZONE,...", description = "Their zones, in turn.")
    private List<String> zones = new ArrayList<>();

    @Override
    PlanQuestion.Builder question() {
        return PlanQuestion.newBuilder()
                .setJoin(JoinServers.newBuilder()
                        .setServers(Math.max(0, servers))
                        .addAllZones(zones));
    }
}
