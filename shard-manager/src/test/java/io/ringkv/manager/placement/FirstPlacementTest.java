package io.ringkv.manager.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FirstPlacementTest {

    private static final int SEEDED_CLUSTERS = 4_000;

    @Test
    void givesEveryShardToAllServersWhenThereAreAsManyAsReplicas() {
        List<PlacedShard> placed = FirstPlacement.place(shards(6), 3, servers("", "", ""));

        assertThat(placed).hasSize(6);
        assertThat(placed)
                .allSatisfy(shard -> assertThat(shard.voters()).containsExactlyInAnyOrder(id(1), id(2), id(3)));
        assertThat(leaders(placed).values()).containsExactly(2, 2, 2);
    }

    @Test
    void agreesWithTheExampleOfTheClassComment() {
        List<PlacedShard> placed = FirstPlacement.place(shards(2), 3, servers("", "", "", ""));

        assertThat(placed)
                .containsExactly(
                        new PlacedShard(new ShardId(1), List.of(id(1), id(2), id(3))),
                        new PlacedShard(new ShardId(2), List.of(id(2), id(1), id(4))));
    }

    @Test
    void putsReplicasInDifferentZonesThoughAZoneIsTooSmallForItsShare() {
        List<PlacedShard> placed = FirstPlacement.place(shards(12), 3, servers("a", "b", "c", "c", "c", "c"));

        Map<ServerId, Integer> replicas = replicas(placed);
        assertThat(replicas.get(id(1))).isEqualTo(12);
        assertThat(replicas.get(id(2))).isEqualTo(12);
        assertThat(List.of(replicas.get(id(3)), replicas.get(id(4)), replicas.get(id(5)), replicas.get(id(6))))
                .containsOnly(3);
        assertThat(leaders(placed).values()).containsOnly(2);
    }

    @Test
    void losesAsFewReplicasAsPossibleWithAZoneWhenThereAreTwo() {
        List<Candidate> servers = servers("a", "a", "a", "b", "b", "b");

        for (PlacedShard shard : FirstPlacement.place(shards(12), 3, servers)) {
            assertThat(perZone(shard, servers).values()).allMatch(count -> count <= 2);
        }
    }

    @Test
    void countsServersWithoutZoneAsOneZone() {
        List<Candidate> servers = servers("", "", "", "a", "b");

        for (PlacedShard shard : FirstPlacement.place(shards(10), 3, servers)) {
            assertThat(perZone(shard, servers).values()).containsOnly(1);
        }
    }

    @Test
    void spreadsTheShardsOfAServerOverManyOthers() {
        List<PlacedShard> placed = FirstPlacement.place(shards(12), 3, servers("", "", "", "", "", ""));

        for (ServerId server : replicas(placed).keySet()) {
            Set<ServerId> companions = new HashSet<>();
            placed.stream()
                    .map(PlacedShard::voters)
                    .filter(voters -> voters.contains(server))
                    .forEach(companions::addAll);
            assertThat(companions).as("companions of %s", server).hasSize(6);
        }
    }

    @Test
    void refusesMoreReplicasThanServers() {
        assertThatThrownBy(() -> FirstPlacement.place(shards(1), 3, servers("", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("replication factor: 3 (expected: 1 to 2");
    }

    @Test
    void refusesAServerGivenTwice() {
        Candidate twice = new Candidate(id(1), "");

        assertThatThrownBy(() -> FirstPlacement.place(shards(1), 1, List.of(twice, twice)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void keepsConstraintsAndGoalsInSeededClusters() {
        for (long seed = 0; seed < SEEDED_CLUSTERS; seed++) {
            Random random = new Random(seed);
            List<Candidate> servers = randomServers(random);
            int replicationFactor = 1 + random.nextInt(Math.min(5, servers.size()));
            List<ShardId> shards = shards(1 + random.nextInt(60));

            List<PlacedShard> placed = FirstPlacement.place(shards, replicationFactor, servers);

            String context = "seed " + seed;
            checkConstraints(context, placed, shards, replicationFactor, servers);
            checkEvenReplicas(context, placed, replicationFactor, servers);
            checkLeadersCannotBeEvener(context, placed, servers);
            Collections.shuffle(servers, random);
            assertThat(FirstPlacement.place(shards, replicationFactor, servers))
                    .as(context)
                    .isEqualTo(placed);
        }
    }

    @Test
    void placesTwentyThousandShardsOnAThousandServersEvenly() {
        List<Candidate> servers = new ArrayList<>();
        for (int i = 1; i <= 1_000; i++) {
            servers.add(new Candidate(id(i), "zone" + i % 5));
        }

        List<PlacedShard> placed = FirstPlacement.place(shards(20_000), 3, servers);

        assertThat(replicas(placed).values()).containsOnly(60);
        assertThat(leaders(placed).values()).containsOnly(20);
    }

    private static void checkConstraints(
            String context,
            List<PlacedShard> placed,
            List<ShardId> shards,
            int replicationFactor,
            List<Candidate> servers) {
        assertThat(placed.stream().map(PlacedShard::shard)).as(context).containsExactlyElementsOf(shards);
        int allowedPerZone = naiveZoneLimit(servers, replicationFactor);
        for (PlacedShard shard : placed) {
            assertThat(shard.voters()).as(context).hasSize(replicationFactor).doesNotHaveDuplicates();
            assertThat(perZone(shard, servers).values())
                    .as("%s, shard %s", context, shard)
                    .allMatch(count -> count <= allowedPerZone);
        }
    }

    /** Within one inside each zone, and over all servers whose zone could have taken more. */
    private static void checkEvenReplicas(
            String context, List<PlacedShard> placed, int replicationFactor, List<Candidate> servers) {
        Map<ServerId, Integer> replicas = replicas(placed);
        int allowedPerZone = naiveZoneLimit(servers, replicationFactor);
        Map<String, List<Integer>> zones = new TreeMap<>();
        for (Candidate server : servers) {
            zones.computeIfAbsent(server.zone(), zone -> new ArrayList<>())
                    .add(replicas.getOrDefault(server.server(), 0));
        }
        int greatest = zones.values().stream().mapToInt(Collections::max).max().orElseThrow();
        for (Map.Entry<String, List<Integer>> zone : zones.entrySet()) {
            List<Integer> counts = zone.getValue();
            assertThat(Collections.max(counts) - Collections.min(counts))
                    .as("%s, zone %s: %s", context, zone.getKey(), counts)
                    .isLessThanOrEqualTo(1);
            int room = placed.size() * Math.min(allowedPerZone, counts.size());
            boolean couldTakeMore = counts.stream().mapToInt(Integer::intValue).sum() < room;
            if (couldTakeMore) {
                assertThat(greatest - Collections.min(counts))
                        .as("%s, zone %s: %s", context, zone.getKey(), counts)
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    /** Within one where replicas are; otherwise no assignment has a smaller greatest count. */
    private static void checkLeadersCannotBeEvener(String context, List<PlacedShard> placed, List<Candidate> servers) {
        List<Integer> replicas = allCounts(replicas(placed), servers);
        List<Integer> leaders = allCounts(leaders(placed), servers);
        if (Collections.max(replicas) - Collections.min(replicas) <= 1) {
            assertThat(Collections.max(leaders) - Collections.min(leaders))
                    .as(context)
                    .isLessThanOrEqualTo(1);
        }
        int most = Collections.max(leaders);
        assertThat(NaiveLeaderMatching.isPossible(placed, most - 1))
                .as("%s: leaders %s, and at most %d each would do", context, leaders, most - 1)
                .isFalse();
    }

    private static List<Integer> allCounts(Map<ServerId, Integer> counts, List<Candidate> servers) {
        return servers.stream()
                .map(server -> counts.getOrDefault(server.server(), 0))
                .toList();
    }

    private static int naiveZoneLimit(List<Candidate> servers, int replicationFactor) {
        Map<String, Integer> sizes = new TreeMap<>();
        servers.forEach(server -> sizes.merge(server.zone(), 1, Integer::sum));
        int limit = 0;
        int room = 0;
        while (room < replicationFactor) {
            limit++;
            int perZone = limit;
            room = sizes.values().stream()
                    .mapToInt(size -> Math.min(size, perZone))
                    .sum();
        }
        return limit;
    }

    private static List<Candidate> randomServers(Random random) {
        int zones = random.nextInt(6);
        List<Candidate> servers = new ArrayList<>();
        int count = 1 + random.nextInt(15);
        Set<Long> ids = new HashSet<>();
        while (ids.size() < count) {
            ids.add(random.nextLong() | 1);
        }
        for (long id : ids) {
            servers.add(new Candidate(new ServerId(id), zones == 0 ? "" : "z" + random.nextInt(zones)));
        }
        return servers;
    }

    private static List<Candidate> servers(String... zones) {
        List<Candidate> servers = new ArrayList<>();
        for (String zone : zones) {
            servers.add(new Candidate(id(servers.size() + 1), zone));
        }
        return servers;
    }

    private static List<ShardId> shards(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(ShardId::new).toList();
    }

    private static ServerId id(int number) {
        return new ServerId(number);
    }

    private static Map<String, Integer> perZone(PlacedShard shard, List<Candidate> servers) {
        Map<String, Integer> counts = new TreeMap<>();
        servers.stream()
                .filter(server -> shard.voters().contains(server.server()))
                .forEach(server -> counts.merge(server.zone(), 1, Integer::sum));
        return counts;
    }

    private static Map<ServerId, Integer> replicas(List<PlacedShard> placed) {
        Map<ServerId, Integer> counts = new TreeMap<>();
        placed.forEach(shard -> shard.voters().forEach(voter -> counts.merge(voter, 1, Integer::sum)));
        return counts;
    }

    private static Map<ServerId, Integer> leaders(List<PlacedShard> placed) {
        Map<ServerId, Integer> counts = new TreeMap<>();
        placed.forEach(shard -> counts.merge(shard.firstLeader(), 1, Integer::sum));
        return counts;
    }
}
