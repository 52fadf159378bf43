package io.ringkv.server.shard;

import static io.ringkv.server.shard.ShardFixture.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.rpc.RestoreMarkOp;
import io.ringkv.server.log.LogOperationType;
import org.junit.jupiter.api.Test;

/** A new life of a shard keeps its records, and nothing that was promised about the former one. */
final class RestoreMarkTest {

    @Test
    void keepsTheRecordsAndForgetsTheSessions() {
        ShardFixture shard = ShardFixture.created();
        long session = shard.openSession(1, 0);
        shard.in(session, 1, put("a", "1")).apply();

        OperationOutcome outcome =
                shard.control(LogOperationType.RESTORE_MARK, mark(2, 9, 1_000)).applyOne();

        assertThat(outcome.code()).isEqualTo(ErrorCode.OK);
        assertThat(shard.value("a")).isEqualTo("1");
        assertThat(shard.meta().incarnation()).isEqualTo(2);
        assertThat(shard.meta().replicaEpoch()).isEqualTo(9);
        assertThat(shard.meta().currentOperation()).isZero();
        assertThat(shard.meta().lineage()).isEqualTo(ShardFixture.LINEAGE);
        assertThat(shard.state().sessions().size()).isZero();
        assertThat(shard.state().digest()).isEqualTo(shard.recomputedDigest());
        assertThat(shard.ofIncarnation(2)
                        .in(session, 1, put("a", "2"))
                        .applyOne()
                        .code())
                .isEqualTo(ErrorCode.SESSION_EXPIRED);
    }

    /** Feared: a revision that somebody read of a lost write is given to another one, and a compare-and-set goes through. */
    @Test
    void givesNoRevisionBelowItsFloorAgain() {
        ShardFixture shard = ShardFixture.created();
        shard.opening(1, 1, put("a", "1")).apply();
        shard.control(LogOperationType.RESTORE_MARK, mark(2, 9, 1_000)).apply();

        shard.ofIncarnation(2).opening(2, 1, put("a", "2")).apply();

        assertThat(shard.record("a").modRevision()).isGreaterThan(1_000);
    }

    @Test
    void refusesRequestsOfTheFormerLife() {
        ShardFixture shard = ShardFixture.created();
        shard.control(LogOperationType.RESTORE_MARK, mark(2, 9, 1_000)).apply();

        assertThat(shard.ofIncarnation(1)
                        .opening(1, 1, put("a", "1"))
                        .applyOne()
                        .code())
                .isEqualTo(ErrorCode.STALE_INCARNATION);
    }

    @Test
    void changesNothingUnlessTheIncarnationRises() {
        ShardFixture shard = ShardFixture.created();
        shard.opening(1, 1, put("a", "1")).apply();
        ShardMeta before = shard.meta();

        assertThat(shard.control(LogOperationType.RESTORE_MARK, mark(1, 9, 1_000))
                        .applyOne()
                        .code())
                .isEqualTo(ErrorCode.STALE_INSTRUCTION);
        assertThat(shard.raw(LogOperationType.RESTORE_MARK, new byte[] {-1})
                        .applyOne()
                        .code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(shard.meta()).isEqualTo(before);
    }

    private static RestoreMarkOp mark(int incarnation, long epoch, long revision) {
        return RestoreMarkOp.newBuilder()
                .setIncarnation(incarnation)
                .setReplicaEpoch(epoch)
                .setRevision(revision)
                .build();
    }
}
