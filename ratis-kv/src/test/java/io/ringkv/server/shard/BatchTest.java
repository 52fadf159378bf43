package io.ringkv.server.shard;

import static io.ringkv.server.shard.ShardFixture.batch;
import static io.ringkv.server.shard.ShardFixture.bytes;
import static io.ringkv.server.shard.ShardFixture.cas;
import static io.ringkv.server.shard.ShardFixture.delete;
import static io.ringkv.server.shard.ShardFixture.increment;
import static io.ringkv.server.shard.ShardFixture.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.ring.KeyHash;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.rpc.BatchItem;
import io.ringkv.rpc.BatchOp;
import io.ringkv.server.log.LogOperationType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Invariant: a batch is applied as a whole with one revision, or leaves nothing but its stored refusal. */
class BatchTest {

    private final ShardFixture shard = ShardFixture.created();
    private long session;
    private long sequence;

    @BeforeEach
    void openSession() {
        session = shard.openSession(1, 1000);
    }

    @Test
    void anItemSeesTheEffectsOfTheItemsBefore() {
        OperationOutcome outcome = run(batch(
                put("n", "1"),
                increment("n", 41),
                cas("n").setExpectedValue(bytes("42")).setValue(bytes("done")).build(),
                cas("m").setExpectedAbsent(true).setValue(bytes("x")).build(),
                delete("m")));

        assertThat(outcome).isEqualTo(new OperationOutcome(ErrorCode.OK, 2, 5, 0, null, session, false));
        assertThat(shard.value("n")).isEqualTo("done");
        assertThat(shard.value("m")).isEqualTo("absent");
    }

    @Test
    void allItemsShareOneRevision() {
        run(batch(put("a", "1"), put("b", "1"), put("a", "2")));
        run(put("c", "1"));

        assertThat(shard.record("a").modRevision()).isEqualTo(2);
        assertThat(shard.record("b").modRevision()).isEqualTo(2);
        assertThat(shard.record("a").version()).isEqualTo(2);
        assertThat(shard.record("a").createRevision()).isEqualTo(2);
        assertThat(shard.record("c").modRevision()).isEqualTo(3);
    }

    @Test
    void refusedItemUndoesTheItemsBefore() {
        run(put("a", "old"));
        Digest records = digestOfRecords();

        OperationOutcome outcome = run(batch(
                put("a", "new"),
                put("b", "new"),
                cas("a").setExpectedValue(bytes("old")).setDelete(true).build(),
                put("c", "new")));

        assertThat(outcome).isEqualTo(new OperationOutcome(ErrorCode.VALUE_MISMATCH, 2, 0, 2, null, session, false));
        assertThat(digestOfRecords()).isEqualTo(records);
        assertThat(shard.value("a")).isEqualTo("old");
        assertThat(shard.meta().revision()).isEqualTo(2);
    }

    @Test
    void refusedBatchIsStoredWithItsFailingItem() {
        run(batch(put("a", "1"), increment("a", Long.MAX_VALUE)));

        OperationOutcome copy = shard.in(session, sequence, put("a", "x")).applyOne();

        assertThat(copy.code()).isEqualTo(ErrorCode.COUNTER_OVERFLOW);
        assertThat(copy.failedIndex()).isEqualTo(1);
        assertThat(copy.duplicate()).isTrue();
    }

    @Test
    void batchThatChangesNothingTakesNoRevision() {
        OperationOutcome outcome = run(batch(delete("a"), delete("b")));

        assertThat(outcome).isEqualTo(new OperationOutcome(ErrorCode.OK, 0, 0, 0, null, session, false));
        assertThat(shard.meta().revision()).isEqualTo(1);
    }

    @Test
    void emptyBatchIsRefused() {
        assertThat(run(BatchOp.getDefaultInstance()).code()).isEqualTo(ErrorCode.BATCH_EMPTY);
    }

    @Test
    void itemWithoutOperationIsRefused() {
        OperationOutcome outcome = run(BatchOp.newBuilder()
                .addItems(ShardFixture.item(put("a", "1")))
                .addItems(BatchItem.getDefaultInstance())
                .build());

        assertThat(outcome.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(outcome.failedIndex()).isEqualTo(1);
        assertThat(shard.value("a")).isEqualTo("absent");
    }

    @Test
    void keyOutsideTheRangeIsSeenBeforeAnyConditionAndNotStored() {
        Token token = KeyHash.token(ShardFixture.utf8("in"));
        ShardFixture narrow =
                ShardFixture.created(new TokenRange(new Token(token.bits() - 1), token), IntentLookup.NONE);
        long id = narrow.openSession(1, 1000);

        OperationOutcome outcome = narrow.in(
                        id,
                        1,
                        batch(cas("in").setExpectedRevision(9).setDelete(true).build(), put("out", "1")))
                .applyOne();

        assertThat(outcome.code()).isEqualTo(ErrorCode.NOT_RESPONSIBLE);
        assertThat(outcome.failedIndex()).isEqualTo(1);
        assertThat(narrow.in(id, 1, put("in", "1")).applyOne().duplicate()).isFalse();
    }

    @Test
    void malformedBatchIsRefused() {
        assertThat(shard.in(session, 1, 1, LogOperationType.BATCH, new byte[] {10, 3, 1})
                        .applyOne()
                        .code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    private OperationOutcome run(com.google.protobuf.MessageLite operation) {
        OperationOutcome outcome = shard.in(session, ++sequence, operation).applyOne();
        assertThat(shard.state().digest()).isEqualTo(shard.recomputedDigest());
        return outcome;
    }

    private Digest digestOfRecords() {
        DigestSum sum = new DigestSum();
        shard.records().forEach(sum::add);
        return sum.value();
    }
}
