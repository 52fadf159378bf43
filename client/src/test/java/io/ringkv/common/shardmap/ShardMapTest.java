package io.ringkv.common.shardmap;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Ring;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardMapTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void routesAsItsRingThroughAllChanges(long seed) {
        Random random = new Random(seed);
        for (ShardMap map : new ShardMapHistory(seed, 1 + random.nextInt(6), 80).maps()) {
            assertThat(map.isComplete()).as("seed %d, %s", seed, map).isTrue();
            Ring ring = map.ring();
            for (Token token : probes(map.shards(), random)) {
                ShardRecord found = requireNonNull(map.shardFor(token), () -> "seed " + seed + ", token " + token);
                assertThat(found.id()).isEqualTo(ring.shardAt(token));
                assertThat(map.shard(found.id())).isSameAs(found);
            }
        }
    }

    @Test
    void routesOverlapsToTheGreaterRangeEpochAndGapsToNothing() {
        long seed = 99L;
        Random random = new Random(seed);
        for (int round = 0; round < 3000; round++) {
            List<ShardRecord> records = new ArrayList<>();
            int count = random.nextInt(6);
            for (int i = 1; i <= count; i++) {
                TokenRange range = new TokenRange(seamToken(random), seamToken(random));
                records.add(shard(i, range, random.nextInt(4)));
            }
            ShardMap map = map(records);
            for (Token token : probes(records, random)) {
                assertThat(map.shardFor(token))
                        .as("seed %d, round %d, token %s of %s", seed, round, token, records)
                        .isEqualTo(naiveOwner(records, token));
            }
        }
    }

    @Test
    void tellsWhetherEveryTokenHasExactlyOneShard() {
        long seed = 17L;
        Random random = new Random(seed);
        int complete = 0;
        for (int round = 0; round < 3000; round++) {
            List<Token> marks = List.of(new Token(10), new Token(20), Token.MAX);
            List<ShardRecord> records = new ArrayList<>();
            int count = random.nextInt(4);
            for (int i = 1; i <= count; i++) {
                records.add(shard(i, new TokenRange(marks.get(random.nextInt(3)), marks.get(random.nextInt(3))), 1));
            }
            // One token inside each of the three arcs that the marks cut.
            boolean coveredOnce = List.of(new Token(15), new Token(25), new Token(5)).stream()
                    .allMatch(token -> records.stream()
                                    .filter(record -> record.range().contains(token))
                                    .count()
                            == 1);

            ShardMap map = map(records);

            assertThat(map.isComplete()).as("seed %d: %s", seed, records).isEqualTo(coveredOnce);
            if (coveredOnce) {
                complete++;
                assertThat(map.ring().size()).isEqualTo(count);
            } else {
                assertThatThrownBy(map::ring).isInstanceOf(IllegalStateException.class);
            }
        }
        assertThat(complete).as("complete maps among the examples").isGreaterThan(100);
    }

    /** The fear: two clients that heard the same news in different order disagree for ever. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15})
    void learnsTheSameFromRecordsInAnyOrder(long seed) {
        List<ShardMap> maps = new ShardMapHistory(seed, 3, 40).maps();
        ShardMap first = maps.get(0);
        List<ShardRecord> news = new ArrayList<>();
        maps.forEach(map -> map.shards().forEach(record -> news.add(record.withLeaderHint(null))));

        ShardMap inOrder = first;
        for (ShardRecord record : news) {
            inOrder = inOrder.merge(record);
        }
        Collections.shuffle(news, new Random(seed));
        ShardMap shuffled = first;
        for (ShardRecord record : news) {
            shuffled = shuffled.merge(record);
        }

        assertThat(shuffled).as("seed %d", seed).isEqualTo(inOrder);
        for (ShardRecord record : maps.get(maps.size() - 1).shards()) {
            ShardRecord learned = requireNonNull(shuffled.shard(record.id()), () -> "seed " + seed + ", " + record);
            assertThat(learned.compareEpoch(record))
                    .as("seed %d, %s", seed, learned)
                    .isZero();
        }
    }

    /** A copy that heard of every surviving shard routes right, although it still holds records of merged ones. */
    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25})
    void routesRightWhenOldRecordsLinger(long seed) {
        Random random = new Random(seed);
        List<ShardMap> maps = new ShardMapHistory(seed, 4, 60).maps();
        ShardMap last = maps.get(maps.size() - 1);
        ShardMap copy = maps.get(0);
        for (ShardMap map : maps) {
            for (ShardRecord record : map.shards()) {
                copy = copy.merge(record);
            }
        }

        for (Token token : probes(last.shards(), random)) {
            ShardRecord found = requireNonNull(copy.shardFor(token), () -> "seed " + seed + ", token " + token);
            assertThat(found.id())
                    .as("seed %d, token %s", seed, token)
                    .isEqualTo(last.ring().shardAt(token));
        }
    }

    @Test
    void keepsNewerRecordsWhenAMapArrives() {
        ShardMap published = map(List.of(shard(1, TokenRange.fullCircle(), 5)));
        ShardRecord ahead = shard(1, TokenRange.fullCircle(), 7);
        ShardMap copy = published.merge(ahead);
        ShardMap next = new ShardMap(
                ShardMapHistory.CLUSTER, 9, 3, published.shards(), List.of(ShardMapHistory.server(1)), List.of());

        assertThat(copy.shard(ahead.id())).isEqualTo(ahead);
        assertThat(copy.ringEpoch()).isEqualTo(published.ringEpoch());
        ShardMap merged = copy.merge(next);
        assertThat(merged.ringEpoch()).isEqualTo(9);
        assertThat(merged.servers()).hasSize(1);
        assertThat(merged.shard(ahead.id())).isEqualTo(ahead);
        assertThat(next.merge(copy)).as("in the other order").isEqualTo(merged);
        assertThat(merged.merge(published)).as("old news").isSameAs(merged);
    }

    @Test
    void staysTheSameWhenNothingWasLearned() {
        ShardMap map = map(List.of(shard(1, TokenRange.fullCircle(), 5)));

        assertThat(map.merge(shard(1, TokenRange.fullCircle(), 4))).isSameAs(map);
        assertThat(map.merge(shard(1, TokenRange.fullCircle(), 5))).isSameAs(map);
        assertThat(map.merge(shard(2, TokenRange.fullCircle(), 4)).shards()).hasSize(2);
    }

    @Test
    void findsServersAndManagers() {
        ShardMap map = new ShardMapHistory(1, 1, 0).maps().get(0);

        assertThat(map.server(new ServerId(2))).isEqualTo(ShardMapHistory.server(2));
        assertThat(map.server(new ServerId(77))).isNull();
        assertThat(map.manager(new ManagerId(1))).isEqualTo(ShardMapHistory.manager(1));
        assertThat(map.manager(new ManagerId(77))).isNull();
        assertThat(map.shard(new ShardId(77))).isNull();
    }

    @Test
    void beginsWithNothing() {
        ShardMap empty = ShardMap.empty(ShardMapHistory.CLUSTER);

        assertThat(empty.isComplete()).isFalse();
        assertThat(empty.shardFor(Token.MIN)).isNull();
        assertThat(empty.ringEpoch()).isZero();
    }

    @Test
    void isEqualWhateverTheOrderOfItsRecords() {
        List<ShardRecord> shards =
                new ArrayList<>(new ShardMapHistory(3, 5, 0).maps().get(0).shards());
        ShardMap map = map(shards);
        Collections.reverse(shards);

        assertThat(map(shards)).isEqualTo(map).hasSameHashCodeAs(map).hasToString(map.toString());
        assertThat(map).isNotEqualTo(ShardMap.empty(ShardMapHistory.CLUSTER)).isNotEqualTo("map");
        assertThat(map.shards()).extracting(shard -> shard.id().value()).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void refusesWhatCannotBe() {
        ShardRecord shard = shard(1, TokenRange.fullCircle(), 1);
        ShardMap foreign = ShardMap.empty(new ClusterId(new UUID(9, 9)));

        assertThatThrownBy(() -> map(List.of(shard, shard))).hasMessage("shard: 1 twice (expected: once)");
        assertThatThrownBy(() -> new ShardMap(ShardMapHistory.CLUSTER, -1, 3, List.of(), List.of(), List.of()))
                .hasMessageContaining("ringEpoch");
        assertThatThrownBy(() -> map(List.of()).merge(foreign))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cluster");
    }

    private static @Nullable ShardRecord naiveOwner(List<ShardRecord> records, Token token) {
        return records.stream()
                .filter(record -> record.range().contains(token))
                .max(Comparator.comparingLong(ShardRecord::rangeEpoch)
                        .thenComparing(record -> -record.id().value()))
                .orElse(null);
    }

    private static Token seamToken(Random random) {
        return new Token(random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(8) - 4L);
    }

    private static List<Token> probes(List<ShardRecord> records, Random random) {
        List<Token> probes = new ArrayList<>(List.of(Token.MIN, Token.MAX, new Token(random.nextLong())));
        for (ShardRecord record : records) {
            probes.add(record.range().startExclusive());
            probes.add(record.range().endInclusive());
            probes.add(new Token(record.range().startExclusive().bits() + 1));
            probes.add(new Token(record.range().endInclusive().bits() + 1));
        }
        return probes;
    }

    private static ShardRecord shard(int id, TokenRange range, long rangeEpoch) {
        return new ShardRecord(new ShardId(id), new GroupId(new UUID(1, id)), 1, range, rangeEpoch, 1, List.of(), null);
    }

    private static ShardMap map(List<ShardRecord> shards) {
        return new ShardMap(ShardMapHistory.CLUSTER, 5, 3, shards, List.of(), List.of());
    }
}
