package io.ringkv.testing.lab.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What each way of cutting a cluster apart leaves, for many choices. */
final class PartitionTest {
    private static final List<String> MANAGERS = List.of("m1", "m2", "m3");
    private static final int SEEDS = 50;

    @Test
    void aMinorityIsWithoutConnectionToTheRestWhichIsAMajorityOfServersAndManagers() {
        eachCluster((servers, chosen, seed) -> {
            Set<Link> cut = cut(Partition.MINORITY, servers, chosen, seed);
            List<String> rest = reachable(servers, cut, notWith(servers, cut, chosen));

            assertThat(rest).as("%s, seed %d", chosen, seed).doesNotContain(chosen);
            assertThat(2 * count(rest, "s")).isGreaterThan(servers.size());
            assertThat(2 * count(rest, "m")).isGreaterThan(MANAGERS.size());
            assertThat(isSymmetric(cut)).isTrue();
        });
    }

    @Test
    void aMajorityOfServersCanBeWithoutMostManagers() {
        eachCluster((servers, chosen, seed) -> {
            List<String> side = reachable(servers, cut(Partition.MAJORITY, servers, chosen, seed), chosen);

            assertThat(2 * count(side, "s"))
                    .as("%s with %s, seed %d", chosen, side, seed)
                    .isGreaterThan(servers.size());
            assertThat(2 * count(side, "m")).isLessThan(MANAGERS.size());
        });
    }

    @Test
    void inARingEachServerReachesTwoOthersAndAllManagers() {
        eachCluster((servers, chosen, seed) -> {
            Set<Link> cut = cut(Partition.RING, servers, chosen, seed);
            for (String server : servers) {
                List<String> neighbours = servers.stream()
                        .filter(other -> !other.equals(server) && !cut.contains(new Link(server, other)))
                        .toList();
                assertThat(neighbours).as("of %s, seed %d", server, seed).hasSize(2);
            }
            assertThat(cut)
                    .noneMatch(link -> link.from().startsWith("m") || link.to().startsWith("m"));
            assertThat(isSymmetric(cut)).isTrue();
        });
    }

    @Test
    void aBridgeConnectsTwoHalves() {
        eachCluster((servers, chosen, seed) -> {
            Set<Link> cut = cut(Partition.BRIDGE, servers, chosen, seed);
            String bridge = chosen.startsWith("s") ? chosen : "";
            List<String> halves =
                    servers.stream().filter(id -> !id.equals(bridge)).toList();
            Set<String> first = new HashSet<>(List.of(halves.get(0)));
            halves.stream()
                    .filter(id -> !cut.contains(new Link(halves.get(0), id)))
                    .forEach(first::add);

            assertThat(first).as("seed %d", seed).hasSizeBetween(halves.size() / 2, (halves.size() + 1) / 2);
            assertThat(cut)
                    .noneMatch(link -> link.from().equals(bridge) || link.to().equals(bridge));
            assertThat(isSymmetric(cut)).isTrue();
        });
    }

    @Test
    void theDeafHearNobodyAndTheMuteAreHeardByNobody() {
        eachCluster((servers, chosen, seed) -> {
            int others = servers.size() + MANAGERS.size() - 1;
            assertThat(cut(Partition.DEAF, servers, chosen, seed))
                    .hasSize(others)
                    .allMatch(link -> link.to().equals(chosen));
            assertThat(cut(Partition.MUTE, servers, chosen, seed))
                    .hasSize(others)
                    .allMatch(link -> link.from().equals(chosen));
        });
    }

    @Test
    void anUnmanagedServerReachesAllOtherServers() {
        eachCluster((servers, chosen, seed) -> {
            Set<Link> cut = cut(Partition.UNMANAGED, servers, chosen, seed);

            assertThat(cut)
                    .hasSize(2 * MANAGERS.size())
                    .noneMatch(link -> link.from().startsWith("s") && link.to().startsWith("s"));
            assertThat(isSymmetric(cut)).isTrue();
        });
    }

    private interface Claim {
        void check(List<String> servers, String chosen, long seed);
    }

    private static void eachCluster(Claim claim) {
        for (int count : new int[] {3, 4, 5, 8}) {
            List<String> servers = IntStream.rangeClosed(1, count)
                    .mapToObj(number -> "s" + number)
                    .toList();
            for (long seed = 0; seed < SEEDS; seed++) {
                claim.check(servers, "s" + (1 + seed % count), seed);
                claim.check(servers, "m" + (1 + seed % 3), seed);
            }
        }
    }

    private static Set<Link> cut(Partition partition, List<String> servers, String chosen, long seed) {
        List<Link> links = partition.links(servers, MANAGERS, chosen, seed);
        assertThat(links).as("seed %d", seed).doesNotHaveDuplicates();
        assertThat(partition.links(servers, MANAGERS, chosen, seed)).isEqualTo(links);
        return new HashSet<>(links);
    }

    private static String notWith(List<String> servers, Set<Link> cut, String chosen) {
        return servers.stream()
                .filter(id -> cut.contains(new Link(chosen, id)))
                .findFirst()
                .orElseThrow();
    }

    /** All that a member can send to at once, itself included. */
    private static List<String> reachable(List<String> servers, Set<Link> cut, String from) {
        List<String> all = new ArrayList<>(servers);
        all.addAll(MANAGERS);
        all.removeIf(to -> cut.contains(new Link(from, to)));
        return all;
    }

    private static long count(List<String> ids, String prefix) {
        return ids.stream().filter(id -> id.startsWith(prefix)).count();
    }

    private static boolean isSymmetric(Set<Link> cut) {
        return cut.stream().allMatch(link -> cut.contains(new Link(link.to(), link.from())));
    }
}
