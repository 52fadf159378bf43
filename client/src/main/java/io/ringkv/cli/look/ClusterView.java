package io.ringkv.cli.look;

import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ManagerStatus;
import io.ringkv.rpc.Replica;
import io.ringkv.rpc.ServerState;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ClusterStatus} says, put into words: counts, names instead of ids, and a list of what is wrong. Pure.
 *
 * <p>Ready means: a manager leads, the shards are placed, each has a leader and its full number of healthy replicas, and
 * no server is missing. Everything else is named in {@link #problems}.
 */
final class ClusterView {
    private static final int RANGES_NAMED = 8;

    private final ClusterStatus status;
    private final Map<Long, String> labels = new LinkedHashMap<>();
    private final Set<Long> activeServers = new HashSet<>();
    private final Map<Long, Integer> shardsByLeader = new HashMap<>();

    ClusterView(ClusterStatus status) {
        this.status = status;
        for (ServerStatus server : status.getServersList()) {
            long id = server.getServer().getServerId();
            labels.put(id, server.getServer().getLabel());
            if (isAsWanted(server)) {
                activeServers.add(id);
            }
        }
        for (ShardStatus shard : status.getShardsList()) {
            shardsByLeader.merge(shard.getLeader(), 1, Integer::sum);
        }
    }

    ClusterStatus status() {
        return status;
    }

    String clusterId() {
        return Objects.toString(IdMessages.optionalClusterId(status.getClusterId()), "");
    }

    /** Servers that are not removed, in the order of their labels, s2 before s10. */
    List<ServerStatus> servers() {
        return status.getServersList().stream()
                .filter(server -> server.getServer().getState() != ServerState.SERVER_STATE_REMOVED)
                .sorted(Comparator.comparing(
                        (ServerStatus server) -> server.getServer().getLabel(), LabelOrder.INSTANCE))
                .toList();
    }

    /** Members of the manager group, and those that stand by, in the order of their labels. */
    List<ManagerStatus> managers() {
        return status.getManagersList().stream()
                .sorted(Comparator.comparing(
                        (ManagerStatus manager) -> manager.getManager().getLabel(), LabelOrder.INSTANCE))
                .toList();
    }

    /** Members of the manager group. */
    List<ManagerStatus> members() {
        return managers().stream().filter(manager -> !manager.getStandby()).toList();
    }

    /** Labels of managers that stand by and are heard. */
    List<String> standbys() {
        return managers().stream()
                .filter(manager -> manager.getStandby() && manager.getReachable())
                .map(manager -> manager.getManager().getLabel())
                .toList();
    }

    List<ShardStatus> shards() {
        return status.getShardsList().stream()
                .sorted(Comparator.comparingInt(
                        (ShardStatus shard) -> shard.getRecord().getShard()))
                .toList();
    }

    int shardsWithLeader() {
        return (int) status.getShardsList().stream().filter(ClusterView::isLed).count();
    }

    int shardsFullyReplicated() {
        return (int)
                status.getShardsList().stream().filter(this::isFullyReplicated).count();
    }

    static boolean isLed(ShardStatus shard) {
        return shard.getLeader() != 0;
    }

    boolean isFullyReplicated(ShardStatus shard) {
        return shard.getHealthyReplicas() >= status.getReplicationFactor();
    }

    /** Label of the manager that leads, or null. */
    @Nullable
    String managerLeader() {
        for (ManagerStatus manager : status.getManagersList()) {
            if (manager.getLeader()) {
                return manager.getManager().getLabel();
            }
        }
        return status.getManagerLeader() == 0 ? null : new ManagerId(status.getManagerLeader()).toString();
    }

    /** Label of a server, or its id when it is not known. */
    String label(long serverId) {
        String label = labels.get(serverId);
        return label != null && !label.isEmpty() ? label : new ServerId(serverId).toString();
    }

    /** Label of the leader, or {@code -}. */
    String leader(ShardStatus shard) {
        return isLed(shard) ? label(shard.getLeader()) : "-";
    }

    /** How many shards a server leads now. Its own last report would go on counting after its death. */
    int leaders(ServerStatus server) {
        return status.getComplete()
                ? shardsByLeader.getOrDefault(server.getServer().getServerId(), 0)
                : server.getLeaders();
    }

    /** Labels of the replicas, comma-separated. */
    String replicas(ShardStatus shard) {
        return replicaLabels(shard).stream().collect(Collectors.joining(","));
    }

    List<String> replicaLabels(ShardStatus shard) {
        return shard.getRecord().getReplicasList().stream()
                .map(Replica::getServerId)
                .map(this::label)
                .sorted(LabelOrder.INSTANCE)
                .toList();
    }

    static TokenRange range(ShardStatus shard) {
        return ShardMapMessages.fromMessage(shard.getRecord().getRange());
    }

    static String state(ServerState state) {
        return state.name().replace("SERVER_STATE_", "");
    }

    /** What keeps the cluster from being ready, most important first; empty when it is. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (!status.getComplete()) {
            problems.add("no manager leader answers: reads and writes go on, but nothing is repaired");
        }
        if (!status.getPlaced() && status.getComplete()) {
            problems.add("the shards are not placed yet: " + servers().size() + " of " + status.getExpectedServers()
                    + " expected servers have joined");
        }
        for (ManagerStatus manager : members()) {
            if (!manager.getReachable() && !manager.getLeader() && status.getComplete()) {
                problems.add("manager " + manager.getManager().getLabel() + " is "
                        + (manager.getDown() ? "DOWN" : "not reachable"));
            }
        }
        if (status.getComplete() && members().size() < status.getManagersWanted()) {
            problems.add(
                    "the manager group has " + members().size() + " of " + status.getManagersWanted() + " members");
        }
        Map<String, List<String>> unwanted = new TreeMap<>();
        for (ServerStatus server : servers()) {
            if (!isAsWanted(server)) {
                unwanted.computeIfAbsent(state(server.getServer().getState()), state -> new ArrayList<>())
                        .add(server.getServer().getLabel());
            }
        }
        unwanted.forEach((state, labels) -> problems.add(
                labels.size() == 1
                        ? "server " + labels.get(0) + " is " + state
                        : labels.size() + " servers are " + state + ": " + LabelRanges.of(labels, RANGES_NAMED)));
        addShardProblems(problems);
        return problems;
    }

    /** A server that is emptied on request, or worked on, is no fault of the cluster. */
    private static boolean isAsWanted(ServerStatus server) {
        return switch (server.getServer().getState()) {
            case SERVER_STATE_ACTIVE, SERVER_STATE_DRAINING -> true;
            default -> false;
        };
    }

    private void addShardProblems(List<String> problems) {
        if (!status.getComplete()) {
            return; // without a manager nobody has fresh reports of all shards
        }
        List<String> leaderless = new ArrayList<>();
        List<String> underReplicated = new ArrayList<>();
        for (ShardStatus shard : shards()) {
            String number = Integer.toString(shard.getRecord().getShard());
            if (!isLed(shard)) {
                leaderless.add(number);
            }
            if (!isFullyReplicated(shard)) {
                underReplicated.add(number);
            }
        }
        addList(problems, leaderless, "without a leader");
        addList(problems, underReplicated, "under-replicated");
        List<String> late = shards().stream()
                .flatMap(shard -> catchingUp(shard).stream())
                .distinct()
                .sorted(LabelOrder.INSTANCE)
                .toList();
        if (!late.isEmpty()) {
            problems.add("replicas are catching up on: " + LabelRanges.of(late, RANGES_NAMED));
        }
    }

    /** Labels of the servers whose replica runs but lacks what was written while it was away. */
    List<String> catchingUp(ShardStatus shard) {
        return shard.getReplicasList().stream()
                .filter(replica -> replica.getReported()
                        && replica.getFailure().isEmpty()
                        && !replica.getCaughtUp()
                        && activeServers.contains(replica.getServerId()))
                .map(replica -> label(replica.getServerId()))
                .sorted(LabelOrder.INSTANCE)
                .toList();
    }

    private static void addList(List<String> problems, List<String> shards, String what) {
        if (!shards.isEmpty()) {
            String named = String.join(", ", shards.subList(0, Math.min(10, shards.size())));
            problems.add(shards.size() + (shards.size() == 1 ? " shard is " : " shards are ") + what + ": " + named
                    + (shards.size() > 10 ? ", ..." : ""));
        }
    }
}
