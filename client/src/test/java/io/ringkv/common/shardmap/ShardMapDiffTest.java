package io.ringkv.common.shardmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.id.ClusterId;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A map and a change are as good as the later map. */
class ShardMapDiffTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void givesTheLaterMap(long seed) {
        Random random = new Random(seed);
        List<ShardMap> maps = new ShardMapHistory(seed, 1 + random.nextInt(6), 60).maps();
        for (int i = 0; i < 200; i++) {
            int from = random.nextInt(maps.size());
            int to = from + random.nextInt(maps.size() - from);
            ShardMap older = maps.get(from);
            ShardMap newer = maps.get(to);

            ShardMapDiff diff = ShardMapDiff.diff(older, newer);

            assertThat(diff.appliesTo(older)).isTrue();
            assertThat(diff.apply(older))
                    .as("seed %d, %d to %d", seed, from, to)
                    .isEqualTo(newer);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34})
    void leadsToTheLastMapStepByStepThoughNewsCameEarly(long seed) {
        Random random = new Random(seed);
        List<ShardMap> maps = new ShardMapHistory(seed, 3, 60).maps();
        ShardMap copy = maps.get(0);
        for (int i = 1; i < maps.size(); i++) {
            // A server tells of a change before the manager publishes it.
            List<ShardRecord> next = maps.get(i).shards();
            copy = copy.merge(next.get(random.nextInt(next.size())));
            copy = ShardMapDiff.diff(maps.get(i - 1), maps.get(i)).apply(copy);
            assertThat(copy.ringEpoch()).isEqualTo(maps.get(i).ringEpoch());
            assertThat(copy.isComplete()).as("seed %d, step %d", seed, i).isTrue();
        }

        ShardMap last = maps.get(maps.size() - 1);
        assertThat(copy.ring()).isEqualTo(last.ring());
        assertThat(copy.servers()).isEqualTo(last.servers());
    }

    @Test
    void holdsOnlyWhatChanged() {
        ShardMap older = new ShardMapHistory(5, 6, 0).maps().get(0);
        ShardRecord moved = older.shards().get(2);
        ShardRecord after = new ShardRecord(
                moved.id(),
                moved.group(),
                moved.incarnation(),
                moved.range(),
                moved.rangeEpoch(),
                moved.replicaEpoch() + 1,
                moved.replicas(),
                null);
        ShardMap merged = older.merge(after);
        ShardMap newer = new ShardMap(
                older.cluster(), 2, 3, merged.shards(), older.servers().subList(0, 2), older.managers());

        ShardMapDiff diff = ShardMapDiff.diff(older, newer);

        assertThat(diff.changedShards()).containsExactly(after);
        assertThat(diff.removedShards()).isEmpty();
        assertThat(diff.changedServers()).isEmpty();
        assertThat(diff.removedServers()).containsExactly(older.servers().get(2).id());
        assertThat(diff.changedManagers()).isEmpty();
        assertThat(diff.removedManagers()).isEmpty();
    }

    @Test
    void keepsWhatIsNewerThanItself() {
        ShardMap older = new ShardMapHistory(5, 2, 0).maps().get(0);
        ShardRecord known = older.shards().get(0);
        ShardRecord changed = atReplicaEpoch(known, 2);
        ShardRecord ahead = atReplicaEpoch(known, 3);
        ShardMap newer =
                new ShardMap(older.cluster(), 2, 3, older.merge(changed).shards(), older.servers(), older.managers());

        ShardMap applied = ShardMapDiff.diff(older, newer).apply(older.merge(ahead));

        assertThat(applied.ringEpoch()).isEqualTo(2);
        assertThat(applied.shard(known.id())).isEqualTo(ahead);
    }

    @Test
    void refusesMapsItWasNotMadeFor() {
        List<ShardMap> maps = new ShardMapHistory(6, 2, 2).maps();
        ShardMapDiff diff = ShardMapDiff.diff(maps.get(1), maps.get(2));
        ShardMap foreign = ShardMap.empty(new ClusterId(new UUID(9, 9)));

        assertThat(diff.appliesTo(maps.get(0))).isFalse();
        assertThatThrownBy(() -> diff.apply(maps.get(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ring epoch 1")
                .hasMessageContaining("at 2");
        assertThat(diff.appliesTo(foreign)).isFalse();
        assertThatThrownBy(() -> ShardMapDiff.diff(maps.get(0), foreign)).hasMessageContaining("cluster");
        assertThatThrownBy(() -> ShardMapDiff.diff(maps.get(2), maps.get(1))).hasMessageContaining("toRingEpoch");
    }

    private static ShardRecord atReplicaEpoch(ShardRecord record, long replicaEpoch) {
        return new ShardRecord(
                record.id(),
                record.group(),
                record.incarnation(),
                record.range(),
                record.rangeEpoch(),
                replicaEpoch,
                record.replicas(),
                record.leaderHint());
    }
}
