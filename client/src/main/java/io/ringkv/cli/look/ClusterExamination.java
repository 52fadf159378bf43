package io.ringkv.cli.look;

import io.ringkv.cli.output.Sizes;
import io.ringkv.rpc.ManagerStatus;
import io.ringkv.rpc.OperationStatus;
import io.ringkv.rpc.ReplicaStatus;
import io.ringkv.rpc.ServerState;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ServerSuspicion;
import io.ringkv.rpc.ShardStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** Looks for what is wrong with a cluster, by what its manager says of it. Pure. */
final class ClusterExamination {
    private static final int NAMED = 8;
    private static final int DISK_WARNING_PERCENT = 80;
    private static final int DISK_FAILURE_PERCENT = 90;
    private static final int PERCENT = 100;
    /** Ten times the usual time between two heartbeats. */
    private static final long HEARTBEAT_LATE_MILLIS = 5_000;

    private final ClusterView view;
    private final List<ServerSuspicion> suspicions;
    private final List<Complaint> found = new ArrayList<>();

    private ClusterExamination(ClusterView view, List<ServerSuspicion> suspicions) {
        this.view = view;
        this.suspicions = suspicions;
    }

    /** All checks, in the order of importance. */
    static List<Complaint> of(ClusterView view, List<ServerSuspicion> suspicions) {
        ClusterExamination examination = new ClusterExamination(view, suspicions);
        examination.managers();
        examination.leaders();
        examination.replicas();
        examination.failedReplicas();
        examination.servers();
        examination.links();
        examination.disks();
        examination.versions();
        examination.operations();
        examination.factor();
        examination.balance();
        return examination.found;
    }

    private void managers() {
        List<ManagerStatus> managers = view.managers();
        long reachable = managers.stream()
                .filter(manager -> manager.getReachable() || manager.getLeader())
                .count();
        String evidence = reachable + " of " + managers.size() + " managers answer, leader "
                + (view.managerLeader() == null ? "none" : view.managerLeader());
        if (!view.status().getComplete()) {
            found.add(Complaint.failure(
                    "managers",
                    evidence,
                    "Reads and writes go on, but nobody repairs, moves or takes in servers.",
                    "Start managers until a majority runs: ringkv manager, or scripts/cluster start ID."));
        } else if (reachable < managers.size()) {
            long further = reachable - (managers.size() / 2 + 1);
            found.add(Complaint.warning(
                    "managers",
                    evidence,
                    "The manager survives " + further + " more " + (further == 1 ? "loss." : "losses."),
                    "Start those that are missing, or let another take the place of one."));
        } else {
            found.add(Complaint.ok("managers", evidence));
        }
    }

    private void leaders() {
        if (!view.status().getComplete()) {
            return; // without a manager nobody has fresh reports of all shards
        }
        List<String> leaderless = shards(shard -> !ClusterView.isLed(shard));
        if (leaderless.isEmpty()) {
            found.add(Complaint.ok("leaders", "each of " + view.shards().size() + " shards has a leader"));
        } else {
            found.add(Complaint.failure(
                    "leaders",
                    "no leader: shard " + named(leaderless),
                    "Reads and writes of these shards fail.",
                    "An election takes 2 s. If it lasts, a majority of the replicas is away: ringkv explain shard "
                            + leaderless.get(0) + "."));
        }
    }

    private void replicas() {
        if (!view.status().getComplete()) {
            return;
        }
        int factor = view.status().getReplicationFactor();
        List<String> critical = shards(shard -> shard.getHealthyReplicas() <= factor / 2);
        List<String> few = shards(shard -> !view.isFullyReplicated(shard));
        if (!critical.isEmpty()) {
            found.add(Complaint.failure(
                    "replication",
                    "no majority of healthy replicas: shard " + named(critical),
                    "Writes of these shards cannot be acknowledged.",
                    "Bring back the servers that hold them: ringkv explain shard " + critical.get(0) + "."));
        } else if (!few.isEmpty()) {
            found.add(Complaint.warning(
                    "replication",
                    few.size() + " of " + view.shards().size() + " shards have fewer than " + factor
                            + " healthy replicas: " + named(few),
                    "They survive fewer failures than they should.",
                    "The manager repairs by itself; what it waits for: ringkv explain shard " + few.get(0) + "."));
        } else {
            found.add(Complaint.ok("replication", "each shard has " + factor + " healthy replicas"));
        }
    }

    private void failedReplicas() {
        List<String> failed = new ArrayList<>();
        for (ShardStatus shard : view.shards()) {
            for (ReplicaStatus replica : shard.getReplicasList()) {
                if (replica.getReported() && !replica.getFailure().isEmpty()) {
                    failed.add("shard " + shard.getRecord().getShard() + " on " + view.label(replica.getServerId())
                            + ": " + replica.getFailure());
                }
            }
        }
        found.add(
                failed.isEmpty()
                        ? Complaint.ok("replica failures", "none is reported")
                        : Complaint.warning(
                                "replica failures",
                                named(failed),
                                "These replicas do not serve; the others of their shards do.",
                                "Closed ones are opened again, lost ones made anew by themselves. If it lasts, see the"
                                        + " log of the server."));
    }

    private void servers() {
        List<String> away = servers(server -> server.getServer().getState() == ServerState.SERVER_STATE_DOWN
                || server.getServer().getState() == ServerState.SERVER_STATE_SUSPECT);
        List<String> late = servers(server -> server.getServer().getState() == ServerState.SERVER_STATE_ACTIVE
                && server.hasHeartbeatAgeMillis()
                && server.getHeartbeatAgeMillis() > HEARTBEAT_LATE_MILLIS);
        if (!away.isEmpty()) {
            found.add(Complaint.failure(
                    "servers",
                    "not heard: " + named(away),
                    "Their replicas are replaced once they count as DOWN, if there are servers to take them.",
                    "Start them, or give them up: ringkv server remove " + away.get(0) + " --plan."));
        } else if (!late.isEmpty()) {
            found.add(Complaint.warning(
                    "servers",
                    "heartbeats are late: " + named(late),
                    "They may be taken for dead.",
                    "Look at load, pauses and network of these machines: ringkv server suspicion."));
        } else {
            found.add(Complaint.ok("servers", view.servers().size() + " servers are heard"));
        }
    }

    private void links() {
        List<String> accused = suspicions.stream()
                .filter(server -> server.getAccusersCount() > 0)
                .map(ServerSuspicion::getVerdict)
                .toList();
        found.add(
                accused.isEmpty()
                        ? Complaint.ok("links", "no server says of another that it is silent")
                        : Complaint.warning(
                                "links",
                                named(accused),
                                "Faults that go one way make leaders step down and repairs stop.",
                                "Look at the network between the servers that are named: ringkv server suspicion."));
    }

    private void disks() {
        List<String> full = new ArrayList<>();
        List<String> filling = new ArrayList<>();
        for (ServerStatus server : view.servers()) {
            long total = server.getDiskTotalBytes();
            if (total > 0) {
                long used = PERCENT - server.getDiskFreeBytes() * PERCENT / total;
                String text = server.getServer().getLabel() + " " + used + " %, "
                        + Sizes.bytes(server.getDiskFreeBytes()) + " free";
                if (server.getReadOnly()) {
                    full.add(text);
                } else if (used >= DISK_WARNING_PERCENT) {
                    filling.add(text);
                }
            }
        }
        if (!full.isEmpty()) {
            found.add(Complaint.failure(
                    "disks",
                    "read only: " + named(full),
                    "Shards that these servers lead refuse writes that need space.",
                    "Make room on the disk, or add servers; writes go on by themselves."));
        } else if (!filling.isEmpty()) {
            found.add(Complaint.warning(
                    "disks",
                    named(filling),
                    "They are given no more replicas; from " + DISK_FAILURE_PERCENT
                            + " % on they may refuse writes that need space.",
                    "Make room on the disk, or add servers."));
        } else {
            found.add(Complaint.ok("disks", "all below " + DISK_WARNING_PERCENT + " %"));
        }
    }

    private void versions() {
        Map<String, List<String>> byVersion = new TreeMap<>();
        for (ServerStatus server : view.servers()) {
            if (!server.getVersion().isEmpty()) {
                byVersion
                        .computeIfAbsent(server.getVersion(), version -> new ArrayList<>())
                        .add(server.getServer().getLabel());
            }
        }
        List<String> mix = byVersion.entrySet().stream()
                .map(version -> version.getKey() + " on " + LabelRanges.of(version.getValue(), NAMED))
                .toList();
        found.add(
                byVersion.size() > 1
                        ? Complaint.warning(
                                "versions",
                                String.join("; ", mix),
                                "A mix is meant for the time of an upgrade only.",
                                "Restart the older ones with the newer release, one after the other.")
                        : Complaint.ok("versions", mix.isEmpty() ? "not known yet" : mix.get(0)));
    }

    private void operations() {
        List<OperationStatus> operations = view.status().getOperationsList();
        List<String> retried = operations.stream()
                .filter(operation ->
                        operation.getAttempt() > 1 || !operation.getStatus().equals("RUNNING"))
                .map(operation -> Long.toString(operation.getNumber()))
                .toList();
        if (view.status().getOperationsPaused()) {
            found.add(Complaint.warning(
                    "operations",
                    "paused, " + operations.size() + " wait",
                    "Nothing is repaired, moved or emptied meanwhile.",
                    "ringkv op resume"));
        } else if (!retried.isEmpty()) {
            found.add(Complaint.warning(
                    "operations",
                    "tried again, or being undone: " + named(retried),
                    "Repair or move takes longer.",
                    "What they wait for: ringkv op show " + retried.get(0) + "."));
        } else {
            found.add(Complaint.ok("operations", operations.size() + " under way"));
        }
    }

    private void factor() {
        int factor = view.status().getReplicationFactor();
        String evidence = "each shard is to have " + factor + (factor == 1 ? " replica" : " replicas");
        if (factor == 1) {
            found.add(Complaint.warning(
                    "replication factor",
                    evidence,
                    "A server that is lost takes its data with it.",
                    "With 3 servers: ringkv cluster set replication-factor 3."));
        } else if (factor % 2 == 0) {
            found.add(Complaint.warning(
                    "replication factor",
                    evidence,
                    "It survives no more failures than " + (factor - 1) + " and costs one replica more.",
                    "ringkv cluster set replication-factor " + (factor - 1)));
        } else {
            found.add(Complaint.ok("replication factor", evidence));
        }
    }

    private void balance() {
        List<ServerStatus> serving = view.servers().stream()
                .filter(server -> server.getServer().getState() == ServerState.SERVER_STATE_ACTIVE
                        && !server.getDraining()
                        && !server.hasMaintenanceLeftMillis())
                .toList();
        int replicas = spread(serving, ServerStatus::getReplicas);
        int leaders = spread(serving, view::leaders);
        String evidence = "replicas differ by " + replicas + " between servers, leaders by " + leaders;
        boolean isUneven = replicas > 2 || leaders > 2;
        found.add(
                isUneven && view.status().getOperationsCount() == 0
                        ? Complaint.warning(
                                "balance",
                                evidence,
                                "Some servers do more than others.",
                                "What the manager wants to do, and why not: ringkv plan now.")
                        : Complaint.ok("balance", evidence));
    }

    private static int spread(List<ServerStatus> servers, ToIntFunction<ServerStatus> count) {
        int most = servers.stream().mapToInt(count).max().orElse(0);
        return most - servers.stream().mapToInt(count).min().orElse(0);
    }

    private List<String> shards(Predicate<ShardStatus> wanted) {
        return view.shards().stream()
                .filter(wanted)
                .map(shard -> Integer.toString(shard.getRecord().getShard()))
                .toList();
    }

    private List<String> servers(Predicate<ServerStatus> wanted) {
        return view.servers().stream()
                .filter(wanted)
                .map(server -> server.getServer().getLabel())
                .toList();
    }

    private static String named(List<String> all) {
        return String.join(", ", all.subList(0, Math.min(NAMED, all.size())))
                + (all.size() > NAMED ? " and " + (all.size() - NAMED) + " more" : "");
    }
}
