package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerState;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How long planning takes in a large cluster, and how many replicas it copies compared with the fewest possible. Run by
 * hand: {@code main} prints a table.
 */
final class PlannerMeasurements {

    private static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
    private static final int SERVERS = 1_000;
    private static final int SHARDS = 20_000;
    private static final int ZONES = 5;
    private static final int REPLICAS = 3;
    private static final long SHARD_BYTES = 1L << 30;
    private static final OperationLimits LIMITS = OperationLimits.USUAL;

    /** As few operations at once as in a small cluster, to compare. */
    private static final OperationLimits NARROW_LIMITS = LIMITS.withCounts(
            LIMITS.changesPerServer(), LIMITS.changesPerCluster(), LIMITS.transfersPerCluster(), SERVERS);

    private PlannerMeasurements() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        PlacementView start = start();
        // Once for the compiler, so that what is printed is the pace of a manager that has run for a while.
        Plan.of(start, new PlannedChange.Join(joining(50, "z1")), LIMITS);
        OUT.printf(
                Locale.ROOT,
                "%d servers, %d shards of 1 GiB, %d zones, %d replicas%n",
                SERVERS,
                SHARDS,
                ZONES,
                REPLICAS);
        OUT.printf(
                Locale.ROOT,
                "%-28s %9s %9s %9s %9s %9s %8s %8s %8s %8s%n",
                "change",
                "first ms",
                "plan ms",
                "copied",
                "fewest",
                "leaders",
                "lowest",
                "spread",
                "hours",
                "hours/8");

        report("nothing", start);
        report("1 server joins", with(start, joining(1, "z1")));
        report("50 join, spread over zones", with(start, joining(50, "")));
        report("200 join in a new zone", with(start, joining(200, "z6")));
        report("1 server dies", changed(start, number -> number == 1));
        report("a zone of 200 dies", changed(start, number -> number % ZONES == 1));
        report("a zone is drained", drained(start, number -> number % ZONES == 1));
        report("replication factor 5", start.withReplicationFactor(5));
        report("replication factor 1", start.withReplicationFactor(1));
    }

    private static void report(String change, PlacementView view) {
        long begin = System.nanoTime();
        Planner.propose(view);
        long firstMillis = (System.nanoTime() - begin) / 1_000_000;
        begin = System.nanoTime();
        Plan plan = Plan.of(view, new PlannedChange.Nothing(), LIMITS);
        long planMillis = (System.nanoTime() - begin) / 1_000_000;
        PlanCost cost = plan.cost();
        Plan narrow = Plan.of(view, new PlannedChange.Nothing(), NARROW_LIMITS);
        OUT.printf(
                Locale.ROOT,
                "%-28s %9d %9d %9d %9d %9d %8d %8s %8.1f %8.1f%n",
                change,
                firstMillis,
                planMillis,
                cost.replicasCopied(),
                fewest(view),
                cost.leaderChanges(),
                cost.lowestReplicas(),
                spread(plan.result()),
                cost.estimatedMillis() / 3_600_000.0,
                narrow.cost().estimatedMillis() / 3_600_000.0);
        if (!plan.remaining().isEmpty()) {
            OUT.println("  remaining: " + plan.remaining().size() + ", first: "
                    + plan.remaining().get(0).sentence());
        }
    }

    /** How far apart the counts of two servers are in the end, of replicas and of leaders. */
    private static String spread(PlacementView view) {
        Layout layout = new Layout(view);
        ServersByCount leaders = new ServersByCount();
        for (int server = 0; server < layout.servers(); server++) {
            if (layout.standing(server) == ServerStanding.SERVING) {
                leaders.add(server, layout.led(server));
            }
        }
        return layout.serving().spread() + " " + leaders.spread();
    }

    /**
     * No plan can copy fewer: what is missing of the wanted replicas has to be copied, and what a server lacks of an even
     * share has to come to it.
     */
    private static long fewest(PlacementView view) {
        Map<ServerId, Integer> held = new TreeMap<>();
        long kept = 0;
        for (ServerView server : view.servers()) {
            if (server.state() == ServerState.ACTIVE) {
                held.put(server.server(), 0);
            }
        }
        for (ShardView shard : view.shards()) {
            long staying = shard.voters().stream().filter(held::containsKey).count();
            kept += Math.min(staying, view.replicationFactor());
            shard.voters().stream().filter(held::containsKey).forEach(voter -> held.merge(voter, 1, Integer::sum));
        }
        long wanted = (long) view.shards().size() * view.replicationFactor();
        long share = wanted / held.size();
        long lacking = held.values().stream()
                .mapToLong(count -> Math.max(0, share - count))
                .sum();
        return Math.max(wanted - kept, lacking);
    }

    private static PlacementView start() {
        List<ServerView> servers = new ArrayList<>();
        for (int number = 1; number <= SERVERS; number++) {
            servers.add(PaperCluster.server(number, "z" + number % ZONES));
        }
        return PaperCluster.firstPlacement(servers, REPLICAS, SHARDS, () -> SHARD_BYTES);
    }

    private static List<ServerView> joining(int count, String zone) {
        List<ServerView> servers = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            servers.add(PaperCluster.server(SERVERS + i, zone.isEmpty() ? "z" + i % ZONES : zone));
        }
        return servers;
    }

    private static PlacementView with(PlacementView view, List<ServerView> joining) {
        return ChangeRules.apply(view, new PlannedChange.Join(joining));
    }

    private static PlacementView changed(PlacementView view, Predicate<Long> isHit) {
        return view.withServers(view.servers().stream()
                .map(server -> isHit.test(server.server().value())
                        ? server.withState(ServerState.DOWN).withHeard(false)
                        : server)
                .toList());
    }

    private static PlacementView drained(PlacementView view, Predicate<Long> isHit) {
        return view.withServers(view.servers().stream()
                .map(server -> isHit.test(server.server().value()) ? server.withState(ServerState.DRAINING) : server)
                .toList());
    }
}
