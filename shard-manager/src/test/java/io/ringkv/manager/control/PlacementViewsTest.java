package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.liveness.LivenessDetector;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.placement.ShardView;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.ReplicaReport;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PlacementViewsTest {

    private final Clusters.Log log = new Clusters.Log().placed(Clusters.founding(3, 1, 3));
    private final ManagedShard shard =
            Objects.requireNonNull(log.state().shards().get(new ShardId(1)));
    private final Fleet fleet = new Fleet();

    /** If its size counted as nothing, every election would look like room for more data. */
    @Test
    void aShardWithoutLeaderIsAsLargeAsItsVotersSay() {
        for (ServerId voter : shard.record().voters()) {
            report(voter, false, 40 + voter.value());
        }

        ShardView seen = view();

        assertThat(seen.leader()).isNull();
        assertThat(seen.dataBytes()).isEqualTo(43);
    }

    @Test
    void aShardIsAsLargeAsItsLeaderSays() {
        for (ServerId voter : shard.record().voters()) {
            report(voter, voter.value() == 1, 40 + voter.value());
        }

        assertThat(view().leader()).isEqualTo(new ServerId(1));
        assertThat(view().dataBytes()).isEqualTo(41);
    }

    private void report(ServerId server, boolean leads, long bytes) {
        Fleet.Reception unused = fleet.receive(
                server,
                HeartbeatRequest.newBuilder()
                        .setServerId(server.value())
                        .setBootId(1)
                        .setSequence(1)
                        .addReplicas(ReplicaReport.newBuilder()
                                .setGroupId(IdMessages.toBytes(shard.record().group()))
                                .setLeaderReady(leads)
                                .setDataBytes(bytes))
                        .build());
    }

    private ShardView view() {
        LivenessDetector detector = new LivenessDetector(new LivenessLimits(500, 3_000, 10_000));
        return PlacementViews.of(log.state(), fleet, detector, held -> false)
                .shards()
                .get(0);
    }
}
