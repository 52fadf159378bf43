package io.ringkv.cli.steer;

import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.MaintainServer;
import io.ringkv.rpc.PlanQuestion;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code server maintenance ID on|off}. */
@Command(
        name = "maintenance",
        description = {
            "Work on a server: its leaders go elsewhere, and what it lacks meanwhile is",
            "not repaired. Ends by itself when the time is over."
        },
        footer = {"", "Examples:", "  ringkv server maintenance s2 on --for 30m", "  ringkv server maintenance s2 off"})
public final class ServerMaintenanceCommand extends PlannedChangeCommand {

    /** Begin or end. */
    enum Mark {
        ON,
        OFF;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(index = "0", paramLabel = "ID", description = "Label or id of the server.")
    private String server = "";

    @Parameters(index = "1", paramLabel = "on|off", description = "Begin, or end.")
    private Mark mark = Mark.ON;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "How long at most, such as 30m; a day is the longest. Default: 30m.")
    private Duration time = Duration.ofMinutes(30);

    @Override
    ChangeRequest.Builder change() {
        // Nothing would end the work at once, and is therefore not taken for a time.
        long millis = mark == Mark.ON ? Math.max(1, time.toMillis()) : 0;
        return ChangeRequest.newBuilder()
                .setMaintainServer(MaintainServer.newBuilder().setServer(server).setMillis(millis));
    }

    @Override
    PlanQuestion plan() {
        return PlanQuestion.newBuilder()
                .setMaintainServer(change().getMaintainServer())
                .build();
    }

    @Override
    String describe(ChangeReply reply) {
        if (mark == Mark.ON) {
            return "Maintenance of server " + server + " for " + time.toMinutes() + " min at most.";
        }
        return reply.getChanged()
                ? "Maintenance of server " + server + " is over."
                : "Server " + server + " was not in maintenance.";
    }
}
