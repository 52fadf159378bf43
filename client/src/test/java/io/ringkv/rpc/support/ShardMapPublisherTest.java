package io.ringkv.rpc.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardMapHistory;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShardMapPublisherTest {

    private static final ShardId SHARD = new ShardId(1);
    private static final ServerId ONE = new ServerId(1);
    private static final ServerId TWO = new ServerId(2);

    private final ShardMapPublisher publisher = new ShardMapPublisher();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aReceiverThatSkipsAsItLikesAlwaysGetsThePresentMap(long seed) {
        Random random = new Random(seed);
        ShardMap received = null;

        for (ShardMap map : new ShardMapHistory(seed, 6, 120).maps()) {
            publisher.publish(map);
            if (random.nextInt(10) == 0) {
                long known = received == null ? 0 : received.ringEpoch();
                ShardMapPublisher.Changes changes = publisher.changesSince(known, 0);
                if (changes.full() != null) {
                    received = changes.full();
                } else if (changes.diff() != null && received != null) {
                    received = changes.diff().apply(received);
                }
                assertThat(received)
                        .as("seed %d, epoch %d", seed, map.ringEpoch())
                        .isEqualTo(map);
            }
        }
    }

    @Test
    void tellsSmallChangesAsDifferenceAndLargeGapsAsWholeMap() {
        List<ShardMap> maps = new ShardMapHistory(1, 6, 100).maps();
        maps.forEach(publisher::publish);
        long newest = maps.get(maps.size() - 1).ringEpoch();

        assertThat(publisher.changesSince(newest - 1, 0).diff()).isNotNull();
        assertThat(publisher.changesSince(1, 0).full()).isNotNull();
        assertThat(publisher.changesSince(newest, 0).isEmpty()).isTrue();
    }

    @Test
    void neverGoesBackToAnOlderMap() {
        List<ShardMap> maps = new ShardMapHistory(1, 3, 2).maps();

        assertThat(publisher.publish(maps.get(2))).isTrue();
        assertThat(publisher.publish(maps.get(1))).isFalse();
        assertThat(publisher.publish(maps.get(2))).isFalse();
        assertThat(publisher.current()).contains(maps.get(2));
    }

    @Test
    void refusesTheMapOfAnotherCluster() {
        publisher.publish(ShardMap.empty(new ClusterId(new UUID(1, 1))));

        assertThatThrownBy(() -> publisher.publish(ShardMap.empty(new ClusterId(new UUID(2, 2)))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsTheLeaderOfTheHighestTerm() {
        assertThat(publisher.leaderHeard(SHARD, ONE, 5)).isTrue();
        assertThat(publisher.leaderHeard(SHARD, TWO, 4)).isFalse();
        assertThat(publisher.leaderHeard(SHARD, ONE, 5)).isFalse();
        assertThat(publisher.leaderHeard(SHARD, TWO, 6)).isTrue();

        assertThat(publisher.leader(SHARD))
                .hasValueSatisfying(news -> assertThat(news.server()).isEqualTo(TWO));
    }

    @Test
    void tellsOnlyLeadersThatAreNews() {
        publisher.leaderHeard(SHARD, ONE, 5);
        long told = publisher.changesSince(0, 0).leaderVersion();
        publisher.leaderHeard(new ShardId(2), TWO, 1);

        ShardMapPublisher.Changes changes = publisher.changesSince(0, told);

        assertThat(changes.leaders())
                .extracting(ShardMapPublisher.LeaderNews::shard)
                .containsExactly(new ShardId(2));
    }

    @Test
    void listenersHearOfEveryChangeUntilTheyLeave() {
        int[] heard = {0};
        Runnable listener = () -> heard[0]++;
        publisher.addListener(listener);

        publisher.leaderHeard(SHARD, ONE, 1);
        publisher.publish(ShardMap.empty(new ClusterId(new UUID(1, 1))));
        publisher.removeListener(listener);
        publisher.leaderHeard(SHARD, ONE, 2);

        assertThat(heard[0]).isEqualTo(2);
    }
}
