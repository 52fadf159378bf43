package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.limit.Limits;
import io.ringkv.common.shardmap.ServerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a change of the cluster makes of a view, and why it must not be made. The same rules hold for a plan and for the
 * change itself.
 */
public final class ChangeRules {

    private ChangeRules() {}

    /**
     * Why the change is impossible, one sentence each with what would help; empty if it is possible as far as can be said
     * without trying. A {@link Plan} tries.
     */
    public static List<String> refusals(PlacementView view, PlannedChange change) {
        if (change instanceof PlannedChange.Join join) {
            return join.servers().stream()
                    .filter(server -> find(view, server.server()) != null)
                    .map(server -> "Server " + server.label() + " belongs to the cluster already.")
                    .toList();
        }
        if (change instanceof PlannedChange.Drain drain) {
            return refusalsOfDrain(view, drain.server());
        }
        if (change instanceof PlannedChange.Remove remove) {
            return refusalsOfRemove(view, remove);
        }
        if (change instanceof PlannedChange.Maintenance maintenance) {
            return refusalOfUnknown(view, maintenance.server());
        }
        if (change instanceof PlannedChange.Rezone rezone) {
            return refusalOfUnknown(view, rezone.server());
        }
        if (change instanceof PlannedChange.Replication replication) {
            return refusalsOfReplication(view, replication.replicationFactor());
        }
        return List.of();
    }

    /** What the change brings with it that one would rather know, one sentence each. Only for a change that is not refused. */
    public static List<String> warnings(PlacementView view, PlannedChange change) {
        List<String> warnings = new ArrayList<>();
        if (change instanceof PlannedChange.Replication replication && replication.replicationFactor() % 2 == 0) {
            int wanted = replication.replicationFactor();
            warnings.add("An even number of replicas survives no more failures than " + (wanted - 1) + ".");
        }
        if (change instanceof PlannedChange.Drain drain) {
            ServerView server = find(view, drain.server());
            if (server != null && server.state() == ServerState.DOWN) {
                warnings.add(
                        "Server " + server.label() + " is DOWN: what it holds is made anew from other replicas. If it"
                                + " returns, it is emptied of the rest.");
            }
        }
        PlacementView after = apply(view, change);
        if (change instanceof PlannedChange.Remove remove) {
            warnings.addAll(losses(after, remove.server()));
        }
        int before = mostInOneZone(view);
        int then = mostInOneZone(after);
        if (then > before && zones(view) > 1) {
            warnings.add("Up to " + then + " replicas of a shard will stand in one zone (now: " + before
                    + "), because there are only " + zones(after) + " zones with servers enough.");
        }
        return warnings;
    }

    /**
     * The view as it will be right after the change, before anything has moved.
     *
     * @throws IllegalArgumentException if the change is refused for what it names
     */
    public static PlacementView apply(PlacementView view, PlannedChange change) {
        if (change instanceof PlannedChange.Join join) {
            List<ServerView> servers = new ArrayList<>(view.servers());
            servers.addAll(join.servers());
            return view.withServers(servers);
        }
        if (change instanceof PlannedChange.Drain drain) {
            return with(view, drain.server(), ChangeRules::drained);
        }
        if (change instanceof PlannedChange.Remove remove) {
            return with(view, remove.server(), server -> server.withState(ServerState.REMOVED));
        }
        if (change instanceof PlannedChange.Maintenance maintenance) {
            return with(view, maintenance.server(), server -> server.withMaintenance(maintenance.isOn()));
        }
        if (change instanceof PlannedChange.Rezone rezone) {
            return with(view, rezone.server(), server -> server.withZone(rezone.zone()));
        }
        if (change instanceof PlannedChange.Replication replication) {
            return view.withReplicationFactor(replication.replicationFactor());
        }
        return view;
    }

    /** One that is DOWN stays so: it has nothing to hand over, and what it had is replaced from others. */
    private static ServerView drained(ServerView server) {
        return server.state() == ServerState.DOWN ? server : server.withState(ServerState.DRAINING);
    }

    private static List<String> refusalsOfDrain(PlacementView view, ServerId id) {
        ServerView server = find(view, id);
        if (server == null) {
            return refusalOfUnknown(view, id);
        }
        if (server.state() == ServerState.REMOVED) {
            return List.of("Server " + server.label() + " was removed.");
        }
        int left = places(with(view, id, seen -> seen.withState(ServerState.DRAINING)));
        if (left < view.replicationFactor()) {
            return List.of("Without " + server.label() + " there are " + left + " servers for "
                    + view.replicationFactor() + " replicas. Add a server, or lower the replication factor, first.");
        }
        return List.of();
    }

    private static List<String> refusalsOfRemove(PlacementView view, PlannedChange.Remove remove) {
        ServerView server = find(view, remove.server());
        if (server == null) {
            return refusalOfUnknown(view, remove.server());
        }
        int replicas = replicas(view, remove.server());
        if (replicas == 0) {
            return List.of();
        }
        if (server.state() != ServerState.DOWN) {
            return List.of("Server " + server.label() + " holds " + replicas + " replicas. Drain it first"
                    + (remove.isForced() ? "; only a server that is DOWN can be removed by force." : "."));
        }
        if (!remove.isForced()) {
            return List.of("Server " + server.label() + " is DOWN and holds " + replicas
                    + " replicas. Wait until they are replaced, or remove it by force.");
        }
        return List.of();
    }

    private static List<String> refusalsOfReplication(PlacementView view, int wanted) {
        if (wanted < 1 || wanted > Limits.MAX_REPLICATION_FACTOR) {
            return List.of("A replication factor of " + wanted + " is not possible (expected: 1 to "
                    + Limits.MAX_REPLICATION_FACTOR + ").");
        }
        int places = places(view);
        if (wanted > places) {
            return List.of("There are " + places + " servers for " + wanted + " replicas. Add " + (wanted - places)
                    + " first.");
        }
        return List.of();
    }

    private static List<String> refusalOfUnknown(PlacementView view, ServerId id) {
        return find(view, id) == null ? List.of("Server " + id + " does not belong to the cluster.") : List.of();
    }

    private static List<String> losses(PlacementView after, ServerId removed) {
        List<String> losses = new ArrayList<>();
        for (Finding finding : PlacementChecker.check(after)) {
            if (finding.kind() == FindingKind.UNDER_MAJORITY && holds(after, finding, removed)) {
                losses.add(finding.sentence());
            }
        }
        return losses;
    }

    private static boolean holds(PlacementView view, Finding finding, ServerId server) {
        return view.shards().stream()
                .anyMatch(shard ->
                        shard.shard().equals(finding.shard()) && shard.voters().contains(server));
    }

    private static int replicas(PlacementView view, ServerId server) {
        return (int) view.shards().stream()
                .filter(shard -> shard.voters().contains(server)
                        || shard.expectedVoters().contains(server))
                .count();
    }

    private static int places(PlacementView view) {
        return placesByZone(view).values().stream().mapToInt(Integer::intValue).sum();
    }

    private static int zones(PlacementView view) {
        return placesByZone(view).size();
    }

    private static Map<String, Integer> placesByZone(PlacementView view) {
        Map<String, Integer> places = new TreeMap<>();
        Layout layout = new Layout(view);
        for (int server = 0; server < layout.servers(); server++) {
            if (layout.isPlace(server)) {
                places.merge(layout.server(server).zone(), 1, Integer::sum);
            }
        }
        return places;
    }

    private static int mostInOneZone(PlacementView view) {
        Layout layout = new Layout(view);
        int most = 0;
        for (int zone = 0; zone < layout.zones(); zone++) {
            most = Math.max(most, layout.zoneLimit(zone));
        }
        return most;
    }

    private static PlacementView with(PlacementView view, ServerId id, UnaryOperator<ServerView> change) {
        if (find(view, id) == null) {
            throw new IllegalArgumentException("server " + id + " is not in the view");
        }
        return view.withServers(view.servers().stream()
                .map(server -> server.server().equals(id) ? change.apply(server) : server)
                .toList());
    }

    private static @Nullable ServerView find(PlacementView view, ServerId id) {
        return view.servers().stream()
                .filter(server -> server.server().equals(id))
                .findFirst()
                .orElse(null);
    }
}
