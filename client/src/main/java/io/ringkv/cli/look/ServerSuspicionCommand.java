package io.ringkv.cli.look;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.cli.output.Sizes;
import io.ringkv.cli.output.Table;
import io.ringkv.client.RingKvClient;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.ServerSuspicion;
import io.ringkv.rpc.SuspicionQuestion;
import io.ringkv.rpc.Witness;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code server suspicion}. */
@Command(
        name = "suspicion",
        description = {
            "Who says of whom that it is silent. Besides the manager, servers notice each",
            "other where they replicate, and each probes a few others; one-way faults are",
            "named as such."
        },
        footer = {"", "Examples:", "  ringkv server suspicion", "  ringkv server suspicion s7"})
public final class ServerSuspicionCommand extends ClientCommand {

    @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "Only this server; label or id.")
    private String server = "";

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        List<ServerSuspicion> servers = ask(client, server, timeout());
        LookCommand.list(
                console,
                "servers",
                servers,
                Console.document(),
                ServerSuspicionCommand::describe,
                ServerSuspicion::getVerdict,
                () -> table(servers));
        return 0;
    }

    /**
     * Asks who is accused by whom.
     *
     * @param server label or id of one server; empty for all
     */
    static List<ServerSuspicion> ask(RingKvClient client, String server, Duration timeout)
            throws ExecutionException, InterruptedException {
        Question question = Question.newBuilder()
                .setSuspicion(SuspicionQuestion.newBuilder().setServer(server))
                .build();
        return client.admin().ask(question, timeout).get().getSuspicion().getServersList();
    }

    private static Map<String, @Nullable Object> describe(ServerSuspicion server) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("server", server.getServer());
        object.put("heard", server.getHeard());
        object.put("heartbeatAgeMillis", server.hasHeartbeatAgeMillis() ? server.getHeartbeatAgeMillis() : null);
        object.put(
                "accusers",
                server.getAccusersList().stream()
                        .map(ServerSuspicionCommand::describe)
                        .toList());
        object.put(
                "vouchers",
                server.getVouchersList().stream()
                        .map(ServerSuspicionCommand::describe)
                        .toList());
        object.put("verdict", server.getVerdict());
        return object;
    }

    private static Map<String, @Nullable Object> describe(Witness witness) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("server", witness.getServer());
        object.put("shards", witness.getShards());
        object.put("silentMillis", witness.getSilentMillis());
        object.put("probed", witness.getProbed());
        object.put("reached", witness.getReached());
        return object;
    }

    private static Table table(List<ServerSuspicion> servers) {
        Table table = new Table("SERVER", "HEARTBEAT", "ACCUSED BY", "VOUCHED FOR BY", "VERDICT");
        for (ServerSuspicion server : servers) {
            table.row(
                    server.getServer(),
                    server.hasHeartbeatAgeMillis() ? Sizes.millis(server.getHeartbeatAgeMillis()) + " ago" : "-",
                    names(server.getAccusersList()),
                    names(server.getVouchersList()),
                    server.getVerdict());
        }
        return table;
    }

    private static String names(List<Witness> witnesses) {
        return witnesses.isEmpty()
                ? "-"
                : witnesses.stream()
                        .map(Witness::getServer)
                        .sorted(LabelOrder.INSTANCE)
                        .collect(Collectors.joining(","));
    }
}
