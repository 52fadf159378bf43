package io.ringkv.cli.look;

import io.ringkv.cli.Console;
import io.ringkv.cli.output.ProgressLine;
import io.ringkv.cli.output.Sizes;
import io.ringkv.cli.output.Table;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ExitCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.ManagerStatus;
import io.ringkv.rpc.OperationStatus;
import io.ringkv.rpc.ServerState;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code status}. */
@Command(
        name = "status",
        description = "The cluster on one screen. Exit code 8 when something is wrong.",
        footer = {
            "",
            "Examples:",
            "  ringkv status",
            "  ringkv status --wait ready --timeout 60s",
            "  ringkv status -o json | jq .shards.withLeader"
        })
public final class StatusCommand extends LookCommand {
    private static final long POLL_MILLIS = 100;
    private static final int OPERATIONS_SHOWN = 10;
    /** More would not fit on a screen with all the rest. */
    private static final int SERVERS_LISTED = 12;

    private static final int BAR_WIDTH = 16;
    private static final Duration WAIT_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    /** What can be waited for. */
    enum Goal {
        READY;

        @Override
        public String toString() {
            return "ready";
        }
    }

    @Option(
            names = "--wait",
            paramLabel = "GOAL",
            description = "Wait, as long as --timeout says (default 60s), until all is well: ${COMPLETION-CANDIDATES}.")
    private @Nullable Goal goal;

    @Override
    protected Duration defaultTimeout() {
        return goal == null ? DEFAULT_TIMEOUT : WAIT_TIMEOUT;
    }

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        return goal == null ? super.run(client, console) : await(client, console);
    }

    /** Asks again and again; the last answer, or the last failure, is what is shown when time is over. */
    private int await(RingKvClient client, Console console) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + timeout().toNanos();
        while (true) {
            long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
            RingKvException failure = null;
            ClusterView view = null;
            try {
                Duration patience = Duration.ofMillis(Math.max(1, Math.min(leftMillis, ANSWER_TIMEOUT.toMillis())));
                view = new ClusterView(client.blocking().status(readOptions().withTimeout(patience)));
                if (view.problems().isEmpty()) {
                    return console.quiet() && !console.json() ? 0 : look(view, console);
                }
            } catch (RingKvException e) {
                failure = e;
            }
            if (leftMillis <= POLL_MILLIS) {
                if (view == null) {
                    throw failure;
                }
                return look(view, console);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    @Override
    int look(ClusterView view, Console console) {
        List<String> problems = view.problems();
        if (console.json()) {
            console.document(describe(view, problems));
        } else {
            print(view, problems, console);
        }
        return problems.isEmpty() ? 0 : ExitCode.UNHEALTHY.value();
    }

    private static Map<String, @Nullable Object> describe(ClusterView view, List<String> problems) {
        Map<String, @Nullable Object> document = Console.document();
        document.put("clusterId", view.clusterId());
        document.put("healthy", problems.isEmpty());
        document.put("problems", problems);
        document.put("notices", view.status().getNoticesList());
        document.put("ringEpoch", view.status().getRingEpoch());
        document.put("replicationFactor", view.status().getReplicationFactor());
        document.put("managerLeader", view.managerLeader());
        List<Object> managers = new ArrayList<>();
        for (ManagerStatus manager : view.managers()) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("label", manager.getManager().getLabel());
            object.put("clientAddress", manager.getManager().getClientAddress());
            object.put("leader", manager.getLeader());
            object.put("reachable", manager.getReachable());
            object.put("standby", manager.getStandby());
            object.put("down", manager.getDown());
            managers.add(object);
        }
        document.put("managers", managers);
        document.put("managersWanted", view.status().getManagersWanted());
        document.put(
                "managerLossesSurvived",
                view.status().hasManagerLossesSurvived() ? view.status().getManagerLossesSurvived() : null);
        document.put(
                "managerChange",
                view.status().getManagerChange().isEmpty()
                        ? null
                        : view.status().getManagerChange());
        document.put(
                "servers",
                view.servers().stream().map(server -> describe(view, server)).toList());
        Map<String, @Nullable Object> shards = new LinkedHashMap<>();
        shards.put("total", view.shards().size());
        shards.put("withLeader", view.shardsWithLeader());
        shards.put("fullyReplicated", view.shardsFullyReplicated());
        document.put("shards", shards);
        document.put("operationsPaused", view.status().getOperationsPaused());
        document.put(
                "operations",
                view.status().getOperationsList().stream()
                        .map(operation -> OperationView.describe(view, operation))
                        .toList());
        return document;
    }

    private static void print(ClusterView view, List<String> problems, Console console) {
        console.line(console.bold("Cluster   ") + view.clusterId() + "  "
                + (problems.isEmpty() ? console.green("healthy") : console.red("NOT HEALTHY")));
        problems.forEach(problem -> console.line("  " + console.red("!") + " " + problem));
        view.status().getNoticesList().forEach(notice -> console.line("  " + console.yellow("i") + " " + notice));
        printManagers(view, console);
        console.line("Ring      epoch " + view.status().getRingEpoch() + ", replication factor "
                + view.status().getReplicationFactor());
        int total = view.shards().size();
        console.line("Shards    " + total + ": " + view.shardsWithLeader() + " with a leader, "
                + view.shardsFullyReplicated() + " fully replicated, " + (total - view.shardsFullyReplicated())
                + " under-replicated");
        printOperations(view, console);
        console.line("");
        if (view.servers().size() > SERVERS_LISTED && !console.verbose()) {
            console.table(ServerGroups.table(view, server -> coloredState(server, console)));
            console.line("Of each: ringkv server list");
        } else {
            console.table(servers(view, console));
        }
        if (console.verbose()) {
            console.line("");
            console.table(shards(view));
        }
    }

    private static void printOperations(ClusterView view, Console console) {
        List<OperationStatus> operations = view.status().getOperationsList();
        if (view.status().getOperationsPaused()) {
            console.line("Changes   " + console.yellow("paused") + "; ringkv op resume lets them go on");
        }
        if (!operations.isEmpty()) {
            console.line("Changes   " + operations.size() + " under way");
        }
        operations.stream()
                .limit(OPERATIONS_SHOWN)
                .forEach(operation -> console.line("  "
                        + ProgressLine.bar(operation.getStepsDone(), operation.getStepsTotal(), BAR_WIDTH)
                        + "  op " + operation.getNumber() + " " + operation.getKind() + " shard " + operation.getShard()
                        + "  "
                        + OperationView.server(view, operation.getSource()) + " -> "
                        + OperationView.server(view, operation.getTarget()) + "  " + operation.getStep()
                        + (operation.getStatus().equals("RUNNING") ? "" : " " + operation.getStatus())));
        if (operations.size() > OPERATIONS_SHOWN) {
            console.line("  ... and " + (operations.size() - OPERATIONS_SHOWN) + " more; see ringkv op list");
        }
    }

    private static void printManagers(ClusterView view, Console console) {
        long reachable = view.members().stream()
                .filter(manager -> manager.getReachable() || manager.getLeader())
                .count();
        StringBuilder line = new StringBuilder("Managers  " + reachable + " of "
                + view.members().size() + " reachable, leader "
                + (view.managerLeader() == null ? "none" : view.managerLeader()));
        if (view.status().hasManagerLossesSurvived()) {
            int losses = view.status().getManagerLossesSurvived();
            line.append(", survive ").append(losses).append(losses == 1 ? " more loss" : " more losses");
        }
        if (!view.standbys().isEmpty()) {
            line.append(", standing by: ").append(String.join(", ", view.standbys()));
        }
        console.line(line.toString());
        if (!view.status().getManagerChange().isEmpty()) {
            console.line("          " + view.status().getManagerChange());
        }
    }

    static Table servers(ClusterView view, Console console) {
        Table table = new Table(
                "SERVER", "STATE", "ADDRESS", "HEARTBEAT", "REPLICAS", "LEADERS", "KEYS", "DATA", "DISK FREE");
        for (ServerStatus server : view.servers()) {
            table.row(
                    server.getServer().getLabel(),
                    coloredState(server, console),
                    server.getServer().getClientAddress(),
                    server.hasHeartbeatAgeMillis() ? Sizes.millis(server.getHeartbeatAgeMillis()) + " ago" : "-",
                    server.getReplicas(),
                    view.leaders(server),
                    server.getKeys(),
                    Sizes.bytes(server.getDataBytes()),
                    server.getDiskTotalBytes() == 0 ? "-" : Sizes.bytes(server.getDiskFreeBytes()));
        }
        return table;
    }

    private static String coloredState(ServerStatus server, Console console) {
        ServerState state = server.getServer().getState();
        boolean isHidden = server.getDraining() && state != ServerState.SERVER_STATE_DRAINING;
        String text = ClusterView.state(state)
                + (isHidden ? " (draining)" : "")
                + (server.hasMaintenanceLeftMillis() ? " (maintenance)" : "")
                + (server.getReadOnly() ? " (read only: disk)" : "");
        return switch (state) {
            case SERVER_STATE_ACTIVE -> server.getReadOnly() ? console.red(text) : console.green(text);
            case SERVER_STATE_JOINING, SERVER_STATE_SUSPECT, SERVER_STATE_DRAINING -> console.yellow(text);
            default -> console.red(text);
        };
    }

    static Table shards(ClusterView view) {
        Table table = new Table("SHARD", "LEADER", "REPLICAS", "HEALTHY", "KEYS", "DATA", "REVISION");
        for (ShardStatus shard : view.shards()) {
            table.row(
                    shard.getRecord().getShard(),
                    view.leader(shard),
                    view.replicas(shard),
                    shard.getHealthyReplicas(),
                    shard.getKeys(),
                    Sizes.bytes(shard.getDataBytes()),
                    shard.getRevision());
        }
        return table;
    }
}
