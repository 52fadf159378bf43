package io.ringkv.server.barrier;

import static io.ringkv.server.barrier.VoterIds.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PeerChoiceTest {
    private static final ServerId SELF = server(1);

    private static VoterSets voters(long... numbers) {
        return new VoterSets(VoterIds.of(numbers), Set.of());
    }

    @Test
    void asksNobodyForTheOnlyVoter() {
        assertThat(PeerChoice.fewest(List.of(voters(1)), SELF, List.of())).isEmpty();
    }

    @Test
    void asksOneOfThreeAndTwoOfFive() {
        assertThat(PeerChoice.fewest(List.of(voters(1, 2, 3)), SELF, List.of())).containsExactly(server(2));
        assertThat(PeerChoice.fewest(List.of(voters(1, 2, 3, 4, 5)), SELF, List.of()))
                .containsExactly(server(2), server(3));
    }

    @Test
    void doesNotCountTheAskerWhereItDoesNotVote() {
        assertThat(PeerChoice.fewest(List.of(voters(2, 3, 4)), SELF, List.of())).hasSize(2);
    }

    @Test
    void asksForAllShardsWhomItAsksAnyway() {
        assertThat(PeerChoice.fewest(List.of(voters(1, 2, 3), voters(1, 3, 4), voters(1, 2, 4)), SELF, List.of()))
                .containsExactly(server(2), server(3));
    }

    @Test
    void beginsAfterTheAskerSoThatNotAllAskTheSame() {
        List<VoterSets> shard = List.of(voters(1, 2, 3));
        assertThat(PeerChoice.fewest(shard, server(1), List.of())).containsExactly(server(2));
        assertThat(PeerChoice.fewest(shard, server(2), List.of())).containsExactly(server(3));
        assertThat(PeerChoice.fewest(shard, server(3), List.of())).containsExactly(server(1));
    }

    @Test
    void asksTheLeastLast() {
        List<VoterSets> shard = List.of(voters(1, 2, 3, 4, 5));
        assertThat(PeerChoice.fewest(shard, SELF, List.of(server(2)))).containsExactly(server(3), server(4));
        assertThat(PeerChoice.fewest(shard, SELF, List.of(server(3), server(2), server(9), server(4))))
                .containsExactly(server(5), server(3));
    }

    @Test
    void asksAllItCanWhenEvenThatDoesNotSuffice() {
        assertThat(PeerChoice.fewest(List.of(new VoterSets(Set.of(), VoterIds.of(1, 2))), SELF, List.of()))
                .containsExactly(server(2));
    }

    @Test
    void choosesEnoughAndNotMuchMoreThanNeeded() {
        for (long seed = 1; seed <= 500; seed++) {
            Random random = new Random(seed);
            List<VoterSets> shards = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                shards.add(new VoterSets(randomSet(random), random.nextInt(3) == 0 ? randomSet(random) : Set.of()));
            }
            List<ServerId> least = new ArrayList<>(randomSet(random));
            Collections.shuffle(least, random);

            Set<ServerId> chosen = PeerChoice.fewest(shards, SELF, least);

            assertThat(chosen).as("seed %d", seed).doesNotContain(SELF);
            assertThat(shards).as("seed %d", seed).allMatch(shard -> suffices(shard, chosen));
            assertThat(chosen).as("seed %d", seed).hasSizeLessThanOrEqualTo(greedyBound(shards));
        }
    }

    /** Shard by shard the fewest; while voters change, at most the fewest of each of the two sets. */
    private static int greedyBound(List<VoterSets> shards) {
        int bound = 0;
        for (VoterSets shard : shards) {
            bound += fewestByBruteForce(new VoterSets(shard.current(), Set.of()));
            if (!shard.previous().isEmpty()) {
                bound += shard.all().size();
            }
        }
        return bound;
    }

    private static boolean suffices(VoterSets shard, Set<ServerId> asked) {
        Set<ServerId> yes = new TreeSet<>(asked);
        yes.add(SELF);
        return shard.isMajority(yes);
    }

    private static int fewestByBruteForce(VoterSets shard) {
        int fewest = Integer.MAX_VALUE;
        for (int bits = 0; bits < 128; bits++) {
            int asked = bits;
            Set<ServerId> set = VoterIds.of(LongStream.rangeClosed(2, 8)
                    .filter(number -> (asked & (1 << (number - 2))) != 0)
                    .toArray());
            if (suffices(shard, set)) {
                fewest = Math.min(fewest, Integer.bitCount(bits));
            }
        }
        return fewest;
    }

    private static Set<ServerId> randomSet(Random random) {
        List<Long> numbers =
                new ArrayList<>(LongStream.rangeClosed(1, 8).boxed().toList());
        Collections.shuffle(numbers, random);
        return VoterIds.of(numbers.stream()
                .limit(1 + random.nextInt(5))
                .mapToLong(Long::longValue)
                .toArray());
    }
}
