package io.ringkv.common.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.id.ShardId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every token has exactly one shard, however the ring is cut. */
class RingTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 6, 7, 64, 1000, 20_000})
    void cutsEqualArcsThatDifferByOneTokenAtMost(int shards) {
        Ring ring = Ring.equalArcs(shards);

        BigInteger smallest = BigInteger.ONE.shiftLeft(64).divide(BigInteger.valueOf(shards));
        BigInteger sum = BigInteger.ZERO;
        for (Ring.Arc arc : ring.arcs()) {
            assertThat(arc.range().size()).isBetween(smallest, smallest.add(BigInteger.ONE));
            sum = sum.add(arc.range().size());
        }
        assertThat(sum).isEqualTo(BigInteger.ONE.shiftLeft(64));
        assertThat(ring.shards()).hasSize(shards).first().isEqualTo(new ShardId(1));
        assertThat(ring.shardAt(Token.MIN)).isEqualTo(new ShardId(1));
        assertThat(ring.shardAt(Token.MAX)).isEqualTo(new ShardId(shards));
    }

    @Test
    void givesThreeServersTheArcsTheyHaveHadFromTheBeginning() {
        assertThat(Ring.equalArcs(6))
                .hasToString("Ring[(ffffffffffffffff, 2aaaaaaaaaaaaaa9]=1, (2aaaaaaaaaaaaaa9, 5555555555555554]=2,"
                        + " (5555555555555554, 7fffffffffffffff]=3, (7fffffffffffffff, aaaaaaaaaaaaaaa9]=4,"
                        + " (aaaaaaaaaaaaaaa9, d555555555555554]=5, (d555555555555554, ffffffffffffffff]=6]");
    }

    @Test
    void givesASingleShardTheFullCircle() {
        Ring ring = Ring.equalArcs(1);

        assertThat(ring.rangeOf(new ShardId(1))).isEqualTo(TokenRange.fullCircle());
    }

    @Test
    void wrapsTheFirstArcAroundTheGreatestToken() {
        TreeMap<Token, ShardId> ends = new TreeMap<>();
        ends.put(new Token(100), new ShardId(1));
        ends.put(new Token(200), new ShardId(2));
        Ring ring = Ring.of(ends);

        assertThat(ring.rangeOf(new ShardId(1))).isEqualTo(new TokenRange(new Token(200), new Token(100)));
        assertThat(ring.shardAt(Token.MAX)).isEqualTo(new ShardId(1));
        assertThat(ring.shardAt(Token.MIN)).isEqualTo(new ShardId(1));
        assertThat(ring.shardAt(new Token(100))).isEqualTo(new ShardId(1));
        assertThat(ring.shardAt(new Token(101))).isEqualTo(new ShardId(2));
        assertThat(ring.shardAt(new Token(200))).isEqualTo(new ShardId(2));
        assertThat(ring.shardAt(new Token(201))).isEqualTo(new ShardId(1));
    }

    @Test
    void agreesWithANaiveSearchHoweverItIsCut() {
        long seed = 4711L;
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            NavigableMap<Token, ShardId> ends = randomEnds(random, 1 + random.nextInt(12));
            Ring ring = Ring.of(ends);
            for (int step = 0; step < 8; step++) {
                assertMatchesNaive(ring, ends, random, "seed " + seed + ", round " + round + ", step " + step);
                ring = splitAtRandom(ring, ends, random);
            }
        }
    }

    @Test
    void keepsNeighboursUntouchedBySplit() {
        Ring before = Ring.equalArcs(3);
        Token at = new Token(0x6000000000000000L);

        Ring after = before.split(new ShardId(2), at, new ShardId(2), new ShardId(4));

        assertThat(after.shards()).extracting(ShardId::value).containsExactly(1, 2, 4, 3);
        assertThat(after.rangeOf(new ShardId(1))).isEqualTo(before.rangeOf(new ShardId(1)));
        assertThat(after.rangeOf(new ShardId(3))).isEqualTo(before.rangeOf(new ShardId(3)));
        assertThat(after.shardAt(at)).isEqualTo(new ShardId(2));
        assertThat(after.shardAt(new Token(at.bits() + 1))).isEqualTo(new ShardId(4));
        assertThat(before.size()).as("the old ring is unchanged").isEqualTo(3);
    }

    @Test
    void splitsTheFullCircle() {
        Ring ring = Ring.equalArcs(1).split(new ShardId(1), new Token(7), new ShardId(2), new ShardId(3));

        assertThat(ring.rangeOf(new ShardId(1))).isNull();
        assertThat(ring.rangeOf(new ShardId(2))).isEqualTo(new TokenRange(Token.MAX, new Token(7)));
        assertThat(ring.rangeOf(new ShardId(3))).isEqualTo(new TokenRange(new Token(7), Token.MAX));
    }

    @Test
    void refusesSplitsThatDoNotCut() {
        Ring ring = Ring.equalArcs(2);
        ShardId first = new ShardId(1);
        ShardId added = new ShardId(3);
        Token end = new Token(Long.MAX_VALUE);

        assertThatThrownBy(() -> ring.split(first, end, first, added)).hasMessageContaining("not its end");
        assertThatThrownBy(() -> ring.split(first, Token.MAX, first, added)).hasMessageContaining("inside");
        assertThatThrownBy(() -> ring.split(added, Token.MIN, first, added)).hasMessageContaining("no arc");
        assertThatThrownBy(() -> ring.split(first, Token.MIN, first, new ShardId(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two arcs");
    }

    @Test
    void refusesRingsThatAreNone() {
        TreeMap<Token, ShardId> twice = new TreeMap<>();
        twice.put(new Token(1), new ShardId(1));
        twice.put(new Token(2), new ShardId(1));

        assertThatThrownBy(() -> Ring.of(new TreeMap<>())).hasMessageContaining("expected: at least one");
        assertThatThrownBy(() -> Ring.of(twice)).hasMessageContaining("two arcs");
        assertThatThrownBy(() -> Ring.equalArcs(0)).hasMessageContaining("expected: 1 or more");
    }

    @Test
    void ignoresTheOrderOfTheGivenMap() {
        NavigableMap<Token, ShardId> ends = randomEnds(new Random(3), 5);
        TreeMap<Token, ShardId> reversed = new TreeMap<>(Comparator.<Token>reverseOrder());
        reversed.putAll(ends);

        assertThat(Ring.of(reversed)).isEqualTo(Ring.of(ends)).hasSameHashCodeAs(Ring.of(ends));
        assertThat(Ring.of(ends)).isNotEqualTo(Ring.equalArcs(5)).isNotEqualTo("ring");
    }

    private static NavigableMap<Token, ShardId> randomEnds(Random random, int arcs) {
        TreeMap<Token, ShardId> ends = new TreeMap<>();
        while (ends.size() < arcs) {
            ends.putIfAbsent(randomToken(random), new ShardId(ends.size() + 1));
        }
        return ends;
    }

    /** Often near the seams, where mistakes live. */
    private static Token randomToken(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> new Token(random.nextInt(4) - 2L);
            case 1 -> new Token(Long.MIN_VALUE + random.nextInt(4) - 2);
            default -> new Token(random.nextLong());
        };
    }

    /** Splits the ring, and the naive map with it; the parent keeps the upper part. */
    private static Ring splitAtRandom(Ring ring, NavigableMap<Token, ShardId> ends, Random random) {
        Token at = randomToken(random);
        if (ends.containsKey(at)) {
            return ring;
        }
        ShardId parent = naiveShard(ends, at);
        ShardId child = new ShardId(1000 + ends.size());
        ends.put(at, child);
        return ring.split(parent, at, child, parent);
    }

    private static ShardId naiveShard(NavigableMap<Token, ShardId> ends, Token token) {
        var entry = ends.ceilingEntry(token);
        return (entry == null ? ends.firstEntry() : entry).getValue();
    }

    private static void assertMatchesNaive(
            Ring ring, NavigableMap<Token, ShardId> ends, Random random, String description) {
        List<Token> probes = new ArrayList<>(ends.keySet());
        ends.keySet().forEach(end -> probes.add(new Token(end.bits() + 1)));
        for (int i = 0; i < 10; i++) {
            probes.add(randomToken(random));
        }
        for (Token probe : probes) {
            ShardId expected = naiveShard(ends, probe);
            assertThat(ring.shardAt(probe))
                    .as("%s, token %s", description, probe)
                    .isEqualTo(expected);
            for (Ring.Arc arc : ring.arcs()) {
                assertThat(arc.range().contains(probe))
                        .as("%s, token %s in %s", description, probe, arc)
                        .isEqualTo(arc.shard().equals(expected));
            }
        }
        assertThat(ring.size()).as(description).isEqualTo(ends.size());
    }
}
