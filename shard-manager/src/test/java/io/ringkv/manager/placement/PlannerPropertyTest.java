package io.ringkv.manager.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What holds of the planner in every cluster, tried on thousands. */
class PlannerPropertyTest {

    private static final int SEEDED_CLUSTERS = 600;
    private static final PlacementTolerances LOAD_HEEDED = new PlacementTolerances(20, 25, 50);

    @Test
    void movesAtMostItsFairShareToAServerThatJoins() {
        for (long seed = 0; seed < SEEDED_CLUSTERS; seed++) {
            Random random = new Random(seed);
            List<ServerView> servers = servers(random, 1 + random.nextInt(14), 0);
            PlacementView start = withoutLoad(placed(random, servers, 5, 60));
            PaperCluster cluster = new PaperCluster("seed " + seed, start, random);

            cluster.join(ServerView.active(new ServerId(-1), "new", ""));
            cluster.settle();

            int total = start.shards().size() * start.replicationFactor();
            int fairShare = total / (servers.size() + 1);
            assertThat(cluster.copied()).as("seed %d", seed).isBetween(fairShare - 1, fairShare + 1);
            checkEven("seed " + seed, cluster);
        }
    }

    /** Data is evened out for its own sake, and would add moves. */
    private static PlacementView withoutLoad(PlacementView view) {
        return new PlacementView(view.servers(), view.shards(), view.replicationFactor(), PlacementTolerances.USUAL);
    }

    /** Chance decides what starts first and what does not come off at once; the number of copies does not depend on it. */
    @Test
    void copiesAsManyAsPlannedWhateverStartsFirst() {
        for (long seed = 0; seed < SEEDED_CLUSTERS; seed++) {
            Random random = new Random(seed);
            List<ServerView> servers = servers(random, 4 + random.nextInt(10), 0);
            PlacementView start = withoutLoad(placed(random, servers, 3, 60));
            PaperCluster cluster = new PaperCluster("seed " + seed, start, random);
            ServerId leaving = servers.get(random.nextInt(servers.size())).server();
            int held = cluster.replicas().getOrDefault(leaving, 0);
            if (start.replicationFactor() == 3 && random.nextBoolean()) {
                cluster.kill(leaving);
            } else {
                cluster.drain(leaving);
            }

            Plan plan = Plan.of(cluster.view(), new PlannedChange.Nothing(), PaperCluster.LIMITS);
            cluster.settle();

            // One more where no place for them makes all even.
            assertThat(plan.cost().replicasCopied())
                    .as("seed %d: planned", seed)
                    .isBetween(held, held + 1);
            assertThat(cluster.copied())
                    .as("seed %d: copied", seed)
                    .isEqualTo(plan.cost().replicasCopied());
        }
    }

    @Test
    void comesToRestWithEverythingMendedAndEven() {
        for (long seed = 0; seed < SEEDED_CLUSTERS; seed++) {
            Random random = new Random(seed);
            PaperCluster cluster = new PaperCluster("seed " + seed, randomView(random), random);
            for (int change = 0; change < 3; change++) {
                upset(cluster, random, change);
            }

            cluster.settle();

            checkMended("seed " + seed, cluster);
            checkEven("seed " + seed, cluster);
        }
    }

    @Test
    void keepsItsConstraintsWhileServersComeAndGo() {
        for (long seed = 0; seed < SEEDED_CLUSTERS / 2; seed++) {
            Random random = new Random(seed);
            PaperCluster cluster = new PaperCluster("seed " + seed, randomView(random), random);
            for (int step = 0; step < 30; step++) {
                if (random.nextInt(6) == 0) {
                    upset(cluster, random, step);
                }
                cluster.step();
            }

            cluster.settle();

            checkMended("seed " + seed, cluster);
            checkEven("seed " + seed, cluster);
        }
    }

    @Test
    void mendsTheLossOfAZoneAndSpreadsAgainWhenItReturns() {
        for (long seed = 0; seed < SEEDED_CLUSTERS; seed++) {
            Random random = new Random(seed);
            List<ServerView> servers = servers(random, 4 + random.nextInt(8), 2 + random.nextInt(4));
            PaperCluster cluster = new PaperCluster("seed " + seed, placed(random, servers, 4, 40), random);

            cluster.killZone("z1");
            cluster.settle();
            checkMended("seed " + seed, cluster);
            checkEven("seed " + seed, cluster);

            servers.stream()
                    .filter(server -> server.zone().equals("z1"))
                    .forEach(server -> cluster.revive(server.server()));
            cluster.settle();
            assertThat(PlacementChecker.check(cluster.view()))
                    .as("seed %d", seed)
                    .isEmpty();
            checkEven("seed " + seed, cluster);
        }
    }

    @Test
    void neverFillsADisk() {
        for (long seed = 0; seed < SEEDED_CLUSTERS; seed++) {
            Random random = new Random(seed);
            PaperCluster cluster = new PaperCluster("seed " + seed, randomView(random), random);
            for (ServerView server : cluster.view().servers()) {
                if (random.nextBoolean()) {
                    cluster.change(server.server(), seen -> seen.withDisk(random.nextInt(20_000), 40_000));
                }
            }
            upset(cluster, random, 0);
            upset(cluster, random, 1);

            cluster.settle();

            checkMended("seed " + seed, cluster);
        }
    }

    @Test
    void plansTheSameWhateverTheOrderOfWhatItIsGiven() {
        for (long seed = 0; seed < SEEDED_CLUSTERS; seed++) {
            Random random = new Random(seed);
            PaperCluster cluster = new PaperCluster("seed " + seed, randomView(random), random);
            upset(cluster, random, 0);
            PlacementView view = cluster.view();
            List<ServerView> servers = new ArrayList<>(view.servers());
            List<ShardView> shards = new ArrayList<>(view.shards());
            Collections.shuffle(servers, random);
            Collections.shuffle(shards, random);

            PlacementView shuffled = new PlacementView(servers, shards, view.replicationFactor(), view.tolerances());

            assertThat(Planner.propose(shuffled)).as("seed %d", seed).isEqualTo(Planner.propose(view));
            assertThat(PlacementChecker.check(shuffled)).as("seed %d", seed).isEqualTo(PlacementChecker.check(view));
        }
    }

    @Test
    void leavesNothingToPlanWhenAPlanHasBeenCarriedOut() {
        for (long seed = 0; seed < SEEDED_CLUSTERS; seed++) {
            Random random = new Random(seed);
            PaperCluster cluster = new PaperCluster("seed " + seed, randomView(random), random);
            upset(cluster, random, 0);

            Plan plan = Plan.of(cluster.view(), new PlannedChange.Nothing(), PaperCluster.LIMITS);

            assertThat(Planner.propose(plan.result())).as("seed %d", seed).isEmpty();
        }
    }

    /** Something happens to the cluster. */
    private static void upset(PaperCluster cluster, Random random, int number) {
        List<ServerView> servers = cluster.view().servers().stream()
                .filter(server -> server.state() == ServerState.ACTIVE)
                .toList();
        if (servers.isEmpty()) {
            return;
        }
        ServerView any = servers.get(random.nextInt(servers.size()));
        switch (random.nextInt(6)) {
            case 0 ->
                cluster.join(ServerView.active(new ServerId(-1 - number), "new" + number, "z" + random.nextInt(4)));
            case 1 -> cluster.drain(any.server());
            case 2 -> {
                if (number < 3) {
                    cluster.kill(any.server());
                }
            }
            case 3 -> cluster.setReplicationFactor(1 + random.nextInt(Math.min(5, servers.size())));
            case 4 -> cluster.change(any.server(), server -> server.withZone("z" + random.nextInt(4)));
            default -> cluster.change(any.server(), server -> server.withMaintenance(true));
        }
    }

    private static void checkMended(String context, PaperCluster cluster) {
        for (Finding finding : PlacementChecker.check(cluster.view())) {
            assertThat(finding.remedy()).as("%s: %s", context, finding).isNull();
        }
        int limit = cluster.zoneLimit();
        for (Finding finding : PlacementChecker.check(cluster.view())) {
            boolean mayRemain = finding.needsPlace()
                    || finding.kind() == FindingKind.DISK_FULL
                    || finding.kind() == FindingKind.UNDER_MAJORITY
                    || finding.sentence().contains("waits until")
                    || finding.sentence().contains("rest")
                    || finding.sentence().contains("can lead now");
            assertThat(mayRemain)
                    .as("%s: %s, limit %d", context, finding, limit)
                    .isTrue();
        }
    }

    /** If every server may give and take, the counts are those an even first placement would have. */
    private static void checkEven(String context, PaperCluster cluster) {
        PlacementView view = cluster.view();
        List<ServerView> staying =
                view.servers().stream().filter(PaperCluster::isStaying).toList();
        boolean isFree = staying.stream().allMatch(server -> server.isHeard() && !server.isInMaintenance())
                && staying.size() >= view.replicationFactor()
                && PlacementChecker.check(view).isEmpty();
        if (!isFree) {
            return;
        }
        Map<ServerId, Integer> replicas = cluster.replicas();
        assertThat(sorted(staying.stream()
                        .map(server -> replicas.get(server.server()))
                        .toList()))
                .as("%s: replicas %s", context, replicas)
                .isEqualTo(evenest(staying, view));
        List<PlacedShard> placed = view.shards().stream()
                .map(shard -> new PlacedShard(shard.shard(), shard.voters()))
                .toList();
        Map<ServerId, Integer> leaders = cluster.leaders();
        int most = Collections.max(leaders.values());
        assertThat(NaiveLeaderMatching.isPossible(placed, most - 1))
                .as("%s: leaders %s", context, leaders)
                .isFalse();
        List<Integer> counts =
                staying.stream().map(server -> replicas.get(server.server())).toList();
        if (Collections.max(counts) - Collections.min(counts) <= 1) {
            List<Integer> led =
                    staying.stream().map(server -> leaders.get(server.server())).toList();
            assertThat(most - Collections.min(led))
                    .as("%s: leaders %s", context, leaders)
                    .isLessThanOrEqualTo(1);
        }
    }

    private static List<Integer> evenest(List<ServerView> staying, PlacementView view) {
        Zones zones = Zones.of(staying.stream()
                .map(server -> new Candidate(server.server(), server.zone()))
                .toList());
        int[] quotas = ReplicaQuotas.fill(
                zones,
                ZoneLimits.perShard(zones, view.replicationFactor()),
                view.shards().size(),
                view.replicationFactor());
        return sorted(Arrays.stream(quotas).boxed().toList());
    }

    private static List<Integer> sorted(List<Integer> counts) {
        return counts.stream().sorted().toList();
    }

    @Test
    void evensOutWhateverItFinds() {
        for (long seed = 0; seed < SEEDED_CLUSTERS; seed++) {
            Random random = new Random(seed);
            List<ServerView> servers = servers(random, 2 + random.nextInt(11), random.nextInt(6));
            PlacementView view = scattered(placed(random, servers, 4, 40), random);
            PaperCluster cluster = new PaperCluster("seed " + seed, view, random);

            cluster.settle();

            checkMended("seed " + seed, cluster);
            checkEven("seed " + seed, cluster);
        }
    }

    /** The same shards on servers drawn at random, led by any of them; zones are kept apart in most cases. */
    private static PlacementView scattered(PlacementView view, Random random) {
        int limit = new PaperCluster("", view, random).zoneLimit();
        List<ServerView> servers = new ArrayList<>(view.servers());
        List<ShardView> shards = new ArrayList<>();
        for (ShardView shard : view.shards()) {
            Collections.shuffle(servers, random);
            Map<String, Integer> zones = new TreeMap<>();
            List<ServerId> voters = new ArrayList<>();
            boolean heedsZones = random.nextInt(20) > 0;
            for (ServerView server : servers) {
                boolean fits = !heedsZones || zones.getOrDefault(server.zone(), 0) < limit;
                if (voters.size() < view.replicationFactor() && fits) {
                    zones.merge(server.zone(), 1, Integer::sum);
                    voters.add(server.server());
                }
            }
            shards.add(ShardView.quiet(
                    shard.shard(), voters, voters.get(random.nextInt(voters.size())), shard.dataBytes()));
        }
        return view.withShards(shards);
    }

    private static PlacementView randomView(Random random) {
        return placed(random, servers(random, 1 + random.nextInt(12), random.nextInt(5)), 5, 50);
    }

    private static PlacementView placed(Random random, List<ServerView> servers, int mostReplicas, int mostShards) {
        int replicationFactor = 1 + random.nextInt(Math.min(mostReplicas, servers.size()));
        boolean isUneven = random.nextBoolean();
        PlacementView view = PaperCluster.firstPlacement(
                servers,
                replicationFactor,
                1 + random.nextInt(mostShards),
                () -> isUneven ? random.nextInt(1_000) : 100);
        boolean isLoadHeeded = random.nextBoolean();
        return isLoadHeeded ? new PlacementView(view.servers(), view.shards(), replicationFactor, LOAD_HEEDED) : view;
    }

    private static List<ServerView> servers(Random random, int count, int zones) {
        Set<Long> ids = new HashSet<>();
        while (ids.size() < count) {
            ids.add((random.nextLong() & Long.MAX_VALUE) | 1);
        }
        List<ServerView> servers = new ArrayList<>();
        for (long id : ids) {
            String zone = zones == 0 ? "" : "z" + random.nextInt(zones);
            servers.add(ServerView.active(new ServerId(id), "s" + servers.size(), zone));
        }
        return servers;
    }
}
