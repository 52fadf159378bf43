package io.ringkv.cli.steer;

import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.RezoneServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code plan zone ID ZONE}. */
@Command(
        name = "zone",
        description = {
            "What it would cost if a server stood in another zone.",
            "To make it so, start the server again with --zone."
        },
        footer = {"", "Example:", "  ringkv plan zone s4 rack2"})
public final class PlanZoneCommand extends PlanCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "Label or id of the server.")
    private String server = "";

    @Parameters(index = "1", paramLabel = "ZONE", description = "The zone.")
    private String zone = "";

    @Override
    PlanQuestion.Builder question() {
        return PlanQuestion.newBuilder()
                .setRezoneServer(RezoneServer.newBuilder().setServer(server).setZone(zone));
    }
}
