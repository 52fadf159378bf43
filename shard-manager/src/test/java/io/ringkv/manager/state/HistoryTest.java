package io.ringkv.manager.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.manager.log.SnapshotCodec;
import io.ringkv.manager.log.StateSnapshot;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private final Clusters.Log log = new Clusters.Log();
    private final Map<Long, ShardMap> published = new TreeMap<>();

    @Test
    void everyEpochThatIsKeptLooksAsItDid() {
        log.placed(Clusters.founding(4, 4, 3));
        remember();

        goOn(History.KEPT + 500);

        long oldest = log.state().history().oldestRingEpoch();
        assertThat(oldest).isGreaterThan(500 / 2);
        published.forEach((epoch, map) -> {
            ClusterState then = log.state().history().at(epoch);
            if (epoch < oldest) {
                assertThat(then).isNull();
            } else {
                assertThat(Objects.requireNonNull(then).shardMap())
                        .as("epoch %d", epoch)
                        .isEqualTo(map);
            }
        });
        assertThat(log.state().history().at(log.state().ringEpoch() + 1)).isNull();
    }

    @Test
    void whatIsForgottenStaysInTheSnapshot() {
        log.placed(Clusters.founding(4, 4, 3));
        goOn(History.KEPT + 3);
        StateSnapshot snapshot = new StateSnapshot(3, 20, log.state());

        assertThat(SnapshotCodec.decode(SnapshotCodec.encode(snapshot))).isEqualTo(snapshot);
    }

    @Test
    void nothingIsKnownOfTheTimeBeforeTheCluster() {
        assertThat(log.state().history().at(0)).isNull();
        log.placed(Clusters.founding(3, 3, 3));

        assertThat(Objects.requireNonNull(log.state().history().at(0)).exists()).isFalse();
        assertThat(Objects.requireNonNull(log.state().history().at(1)).servers())
                .isEmpty();
    }

    /** Servers come and go, in entries that publish and entries that do not. */
    private void goOn(int events) {
        long wanted = log.state().history().total() + events;
        int round = 0;
        while (log.state().history().total() < wanted) {
            round++;
            log.apply(new MaintainServer(Clusters.server(1), 1_000L + round));
            boolean isDown = log.registered(2).record().state() == ServerState.DOWN;
            log.apply(new MarkServer(
                    Clusters.server(2),
                    isDown ? ServerState.DOWN : ServerState.ACTIVE,
                    isDown ? ServerState.ACTIVE : ServerState.DOWN));
            remember();
        }
    }

    private void remember() {
        published.put(log.state().ringEpoch(), log.state().shardMap());
    }
}
