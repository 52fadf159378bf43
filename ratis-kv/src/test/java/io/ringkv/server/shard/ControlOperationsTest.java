package io.ringkv.server.shard;

import static io.ringkv.server.shard.ShardFixture.fence;
import static io.ringkv.server.shard.ShardFixture.level;
import static io.ringkv.server.shard.ShardFixture.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.rpc.CreateShardOp;
import io.ringkv.server.log.EntryEncoder;
import io.ringkv.server.log.EntryFormatException;
import io.ringkv.server.log.EntryHeader;
import io.ringkv.server.log.LogEntry;
import io.ringkv.server.log.LogOperationType;
import org.junit.jupiter.api.Test;

class ControlOperationsTest {

    @Test
    void nothingIsAppliedBeforeTheShardBegins() {
        ShardFixture shard = new ShardFixture();

        assertThat(shard.opening(1, 1, put("a", "1"))
                        .control(LogOperationType.FENCE, fence(5, 1))
                        .apply())
                .extracting(OperationOutcome::code)
                .containsOnly(ErrorCode.STARTING);
        assertThat(shard.state().meta()).isNull();
        assertThat(shard.state().digest()).isEqualTo(Digest.ZERO);
    }

    @Test
    void createShardBeginsItForTheRestOfTheEntry() {
        ShardFixture shard = new ShardFixture();

        assertThat(shard.at(7)
                        .control(LogOperationType.CREATE_SHARD, ShardFixture.createBody(TokenRange.fullCircle()))
                        .opening(1, 1, put("a", "1"))
                        .apply())
                .extracting(OperationOutcome::code)
                .containsOnly(ErrorCode.OK);
        assertThat(shard.meta())
                .isEqualTo(new ShardMeta(
                        ShardFixture.SHARD,
                        ShardFixture.LINEAGE,
                        1,
                        TokenRange.fullCircle(),
                        1,
                        1,
                        0,
                        2,
                        7,
                        1,
                        false,
                        0));
    }

    @Test
    void secondCreateShardIsIgnored() {
        ShardFixture shard = ShardFixture.created();
        shard.opening(1, 1, put("a", "1")).apply();
        ShardMeta before = shard.meta();

        shard.control(
                        LogOperationType.CREATE_SHARD,
                        ShardFixture.createBody(TokenRange.fullCircle()).toBuilder()
                                .setReplicaEpoch(99)
                                .build())
                .apply();

        assertThat(shard.meta()).isEqualTo(before);
    }

    @Test
    void createShardThatContradictsItsEntryOrIsIncompleteIsRefused() {
        CreateShardOp body = ShardFixture.createBody(TokenRange.fullCircle());
        for (CreateShardOp bad : new CreateShardOp[] {
            body.toBuilder().setShard(4).build(),
            body.toBuilder().setIncarnation(2).build(),
            body.toBuilder().setLevel(0).build(),
            body.toBuilder().setLineage(ByteString.copyFrom(new byte[15])).build(),
            body.toBuilder().setLineage(ByteString.copyFrom(new byte[16])).build()
        }) {
            ShardFixture shard = new ShardFixture();
            assertThat(shard.control(LogOperationType.CREATE_SHARD, bad)
                            .applyOne()
                            .code())
                    .isEqualTo(ErrorCode.INVALID_ARGUMENT);
            assertThat(shard.state().meta()).isNull();
        }
    }

    @Test
    void otherIncarnationIsAlwaysRefusedAndDoesNotMoveTime() {
        ShardFixture shard = ShardFixture.created();
        long session = shard.openSession(1, 1000);
        Digest before = shard.state().digest();

        assertThat(shard.ofIncarnation(2)
                        .at(9_999)
                        .in(session, 1, put("a", "1"))
                        .control(LogOperationType.FENCE, fence(9, 9))
                        .apply())
                .extracting(OperationOutcome::code)
                .containsOnly(ErrorCode.STALE_INCARNATION);
        assertThat(shard.state().digest()).isEqualTo(before);
    }

    @Test
    void entryOfAnotherShardIsRefused() {
        ShardFixture shard = ShardFixture.created();

        assertThat(shard.ofShard(9).opening(1, 1, put("a", "1")).applyOne().code())
                .isEqualTo(ErrorCode.UNKNOWN_SHARD);
        assertThat(shard.meta().revision()).isZero();
    }

    @Test
    void fenceRaisesTheReplicaEpochOnly() {
        ShardFixture shard = ShardFixture.created();

        assertThat(shard.control(LogOperationType.FENCE, fence(5, 77))
                        .applyOne()
                        .code())
                .isEqualTo(ErrorCode.OK);
        assertThat(shard.meta().replicaEpoch()).isEqualTo(5);
        assertThat(shard.meta().currentOperation()).isEqualTo(77);
        assertThat(shard.meta().revision()).as("no mutation of data").isZero();
    }

    @Test
    void fenceThatDoesNotRiseIsRefused() {
        ShardFixture shard = ShardFixture.created();
        shard.control(LogOperationType.FENCE, fence(5, 77)).apply();

        for (long epoch : new long[] {5, 4, 0, -1}) {
            OperationOutcome outcome =
                    shard.control(LogOperationType.FENCE, fence(epoch, 88)).applyOne();
            assertThat(outcome.code()).isEqualTo(ErrorCode.STALE_INSTRUCTION);
            assertThat(outcome.number()).isEqualTo(5);
        }
        assertThat(shard.meta().currentOperation()).isEqualTo(77);
    }

    @Test
    void levelNeverFallsAndUnknownLevelsHalt() throws Exception {
        ShardFixture shard = ShardFixture.created();

        assertThat(shard.control(LogOperationType.SET_LEVEL, level(1))
                        .applyOne()
                        .number())
                .isEqualTo(1);
        assertThat(shard.control(LogOperationType.SET_LEVEL, level(0))
                        .applyOne()
                        .code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertHalts(LogOperationType.SET_LEVEL, level(2).toByteArray());
        assertHalts(LogOperationType.SET_LEVEL, level(-1).toByteArray());
        CreateShardOp future = ShardFixture.createBody(TokenRange.fullCircle()).toBuilder()
                .setLevel(2)
                .build();
        assertHalts(LogOperationType.CREATE_SHARD, future.toByteArray());
    }

    @Test
    void malformedBodiesOfServersAreRefusalsToo() {
        ShardFixture shard = ShardFixture.created();
        byte[] garbage = {-1, -1};

        assertThat(shard.raw(LogOperationType.FENCE, garbage)
                        .raw(LogOperationType.SET_LEVEL, garbage)
                        .raw(LogOperationType.EXPIRE, garbage)
                        .apply())
                .extracting(OperationOutcome::code)
                .containsOnly(ErrorCode.INVALID_ARGUMENT);
        assertThat(new ShardFixture()
                        .raw(LogOperationType.CREATE_SHARD, garbage)
                        .applyOne()
                        .code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    private static void assertHalts(LogOperationType type, byte[] body) throws EntryFormatException {
        ShardState state = new ShardState();
        ShardApplier applier = new ShardApplier(state, key -> null, IntentLookup.NONE);
        EntryEncoder encoder = new EntryEncoder();
        if (type != LogOperationType.CREATE_SHARD) {
            encoder.add(
                    LogOperationType.CREATE_SHARD,
                    ShardFixture.createBody(TokenRange.fullCircle()).toByteArray());
        }
        encoder.add(type, body);
        LogEntry entry = LogEntry.parse(encoder.finish(new EntryHeader(1, 3, 1, 1, 0, 0, 1)));
        assertThatThrownBy(() -> applier.apply(entry))
                .isInstanceOf(EntryFormatException.class)
                .hasMessageStartingWith("UNKNOWN_LEVEL: ");
    }
}
