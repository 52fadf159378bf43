package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.operation.OperationKind;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.rpc.DigestAt;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.ReplicaReport;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DivergenceDeskTest {
    private static final DigestAt RIGHT = digest(2_048, "right");
    private static final DigestAt WRONG = digest(2_048, "wrong");

    private final Clusters.Log log = new Clusters.Log();
    private final Fleet fleet = new Fleet();
    private long sequence;

    @SuppressWarnings("NullAway.Init") // set by place()
    private ManagedShard shard;

    @SuppressWarnings("NullAway.Init") // set by place()
    private DivergenceDesk desk;

    @BeforeEach
    void place() {
        log.placed(Clusters.founding(3, 1, 3));
        shard = log.state().shards().values().iterator().next();
        desk = new DivergenceDesk(fleet, log.state());
    }

    @Test
    void tellsTheOneThatDiffersToGiveUpAndNobodyElse() {
        says(1, RIGHT);
        says(2, WRONG);
        assertThat(desk.instructionsFor(Clusters.server(2)))
                .as("one against one")
                .isEmpty();
        says(3, RIGHT);

        List<Instruction> instructions = desk.instructionsFor(Clusters.server(2));

        assertThat(instructions).singleElement().satisfies(instruction -> {
            assertThat(instruction.getGiveUp().getDiverged()).isEqualTo(WRONG);
            assertThat(instruction.getGroupId())
                    .isEqualTo(IdMessages.toBytes(shard.record().group()));
            assertThat(instruction.getReplicaEpoch()).isEqualTo(shard.reservedEpoch());
        });
        assertThat(desk.instructionsFor(Clusters.server(1))).isEmpty();
        assertThat(desk.instructionsFor(Clusters.server(3))).isEmpty();
        assertThat(desk.notices()).singleElement().asString().contains("on s2 differs", "2048", "made anew");
    }

    @Test
    void leavesEverythingAsItIsWhereNoMajorityAgrees() {
        says(1, RIGHT);
        says(2, WRONG);
        says(3, digest(2_048, "another"));

        for (int server = 1; server <= 3; server++) {
            assertThat(desk.instructionsFor(Clusters.server(server))).isEmpty();
        }
        assertThat(desk.notices()).singleElement().asString().contains("no majority agrees");
    }

    @Test
    void forgetsWhatIsOver() {
        says(1, RIGHT);
        says(2, WRONG);
        says(3, RIGHT);

        says(2, RIGHT);

        assertThat(desk.notices()).isEmpty();
        assertThat(desk.instructionsFor(Clusters.server(2))).isEmpty();
    }

    @Test
    void waitsForAnOperationOnTheShardToEnd() {
        says(1, RIGHT);
        says(2, WRONG);
        says(3, RIGHT);
        log.apply(Clusters.start(
                OperationKind.TRANSFER_LEADER, shard.record().id().value(), 0, 3));
        assertThat(log.state().operations().of(shard.record().id())).isNotNull();
        desk.update(log.state());

        assertThat(desk.instructionsFor(Clusters.server(2))).isEmpty();
        assertThat(desk.notices()).hasSize(1);
    }

    private void says(int server, DigestAt mark) {
        sequence++;
        fleet.receive(
                Clusters.server(server),
                HeartbeatRequest.newBuilder()
                        .setBootId(1)
                        .setSequence(sequence)
                        .addReplicas(ReplicaReport.newBuilder()
                                .setShard(shard.record().id().value())
                                .setGroupId(IdMessages.toBytes(shard.record().group()))
                                .setMarkDigest(mark))
                        .build());
        desk.reported(shard);
    }

    private static DigestAt digest(long index, String digest) {
        return DigestAt.newBuilder()
                .setIndex(index)
                .setDigest(ByteString.copyFromUtf8(digest))
                .build();
    }
}
