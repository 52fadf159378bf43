package io.ringkv.server.shard;

import static io.ringkv.server.shard.ShardFixture.bytes;
import static io.ringkv.server.shard.ShardFixture.cas;
import static io.ringkv.server.shard.ShardFixture.delete;
import static io.ringkv.server.shard.ShardFixture.increment;
import static io.ringkv.server.shard.ShardFixture.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.rpc.CompareAndSetOp;
import io.ringkv.rpc.Entry;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each write on one key comes to: the rules of operation.proto. */
class KeyOperationsTest {

    private final ShardFixture shard = ShardFixture.created();
    private long session;
    private long sequence;

    @BeforeEach
    void openSession() {
        session = shard.openSession(1, 1000);
    }

    @Test
    void putCountsVersionsAndKeepsTheCreateRevision() {
        assertOutcome(put("a", "1"), ErrorCode.OK, 2, 1);
        assertOutcome(put("b", "1"), ErrorCode.OK, 3, 1);
        assertOutcome(put("a", "2"), ErrorCode.OK, 4, 2);
        assertRecord("a", "2", 2, 4, 2);
    }

    @Test
    void recreatedKeyStartsAnew() {
        assertOutcome(put("a", "1"), ErrorCode.OK, 2, 1);
        assertOutcome(delete("a"), ErrorCode.OK, 3, 1);
        assertOutcome(put("a", "2"), ErrorCode.OK, 4, 1);
        assertRecord("a", "2", 4, 4, 1);
    }

    @Test
    void deleteOfAMissingKeyIsNoErrorAndNoMutation() {
        assertOutcome(delete("a"), ErrorCode.OK, 0, 0);
        assertThat(shard.meta().revision()).isEqualTo(1);
    }

    @Test
    void emptyValueIsAValue() {
        run(put("a", ""));
        assertThat(shard.value("a")).isEmpty();
        assertOutcome(cas("a").setExpectedValue(bytes("")).setValue(bytes("x")).build(), ErrorCode.OK, 3, 2);
    }

    @Test
    void compareAndSetByValue() {
        CompareAndSetOp operation =
                cas("a").setExpectedValue(bytes("old")).setValue(bytes("new")).build();
        assertRefused(operation, ErrorCode.VALUE_MISMATCH, 0, null);
        run(put("a", "other"));
        assertRefused(operation, ErrorCode.VALUE_MISMATCH, 2, "other");
        run(put("a", "old"));
        assertOutcome(operation, ErrorCode.OK, 4, 3);
        assertThat(shard.value("a")).isEqualTo("new");
    }

    @Test
    void compareAndSetByRevision() {
        CompareAndSetOp operation =
                cas("a").setExpectedRevision(3).setValue(bytes("new")).build();
        assertRefused(operation, ErrorCode.REVISION_MISMATCH, 0, null);
        run(put("a", "x"));
        assertRefused(operation, ErrorCode.REVISION_MISMATCH, 2, "x");
        run(put("a", "y"));
        assertOutcome(operation, ErrorCode.OK, 4, 3);
    }

    @Test
    void revisionZeroNeverMatches() {
        assertRefused(
                cas("a").setExpectedRevision(0).setValue(bytes("x")).build(), ErrorCode.REVISION_MISMATCH, 0, null);
    }

    @Test
    void compareAndSetIfAbsent() {
        CompareAndSetOp operation =
                cas("a").setExpectedAbsent(true).setValue(bytes("first")).build();
        assertOutcome(operation, ErrorCode.OK, 2, 1);
        assertRefused(operation, ErrorCode.KEY_EXISTS, 2, "first");
    }

    @Test
    void compareAndDelete() {
        CompareAndSetOp operation =
                cas("a").setExpectedValue(bytes("1")).setDelete(true).build();
        run(put("a", "1"));
        assertOutcome(operation, ErrorCode.OK, 3, 1);
        assertThat(shard.value("a")).isEqualTo("absent");
        assertRefused(operation, ErrorCode.VALUE_MISMATCH, 0, null);
        assertOutcome(cas("a").setExpectedAbsent(true).setDelete(true).build(), ErrorCode.OK, 0, 0);
    }

    @Test
    void presentRecordAfterARefusalCarriesItsMetadata() {
        run(put("a", "1"));
        run(put("a", "2"));
        OperationOutcome outcome =
                run(cas("a").setExpectedAbsent(true).setDelete(true).build());

        Entry expected = Entry.newBuilder()
                .setKey(bytes("a"))
                .setValue(bytes("2"))
                .setCreateRevision(2)
                .setModRevision(3)
                .setVersion(2)
                .build();
        assertThat(outcome.current()).isEqualTo(expected.toByteArray());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 5, 5",
        "5, -10, -5",
        "-0, 1, 1",
        "007, 1, 8",
        "9223372036854775806, 1, 9223372036854775807",
        "-9223372036854775807, -1, -9223372036854775808",
        "-9223372036854775808, 9223372036854775807, -1",
        "9223372036854775807, -9223372036854775808, -1"
    })
    void incrementAddsToDecimalText(String before, long delta, String after) {
        run(put("n", before));
        assertOutcome(increment("n", delta), ErrorCode.OK, 3, Long.parseLong(after));
        assertThat(shard.value("n")).isEqualTo(after);
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, 1",
        "-9223372036854775808, -1",
        "9223372036854775807, 9223372036854775807",
        "-1, -9223372036854775808"
    })
    void overflowIsRefusedWithoutChange(String before, long delta) {
        run(put("n", before));
        assertOutcome(increment("n", delta), ErrorCode.COUNTER_OVERFLOW, 2, 0);
        assertThat(shard.value("n")).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "''",
        "-",
        "+1",
        "1.0",
        "x",
        "' 1'",
        "1e3",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999",
        "000000000000000000001",
        "--1"
    })
    void incrementOfAnythingElseIsRefused(String before) {
        run(put("n", before));
        assertOutcome(increment("n", 1), ErrorCode.NOT_A_COUNTER, 2, 0);
        assertThat(shard.value("n")).isEqualTo(before);
    }

    @Test
    void absentKeyCountsAsZero() {
        assertOutcome(increment("n", -7), ErrorCode.OK, 2, -7);
        assertRecord("n", "-7", 2, 2, 1);
        assertOutcome(increment("n", 0), ErrorCode.OK, 3, -7);
    }

    @Test
    void theLastOfRepeatedFieldsCounts() {
        byte[] body = com.google.protobuf.ByteString.copyFrom(put("x", "1").toByteArray())
                .concat(put("a", "2").toByteString())
                .toByteArray();
        shard.in(session, ++sequence, 1, io.ringkv.server.log.LogOperationType.PUT, body)
                .apply();
        assertThat(shard.value("a")).isEqualTo("2");
        assertThat(shard.value("x")).isEqualTo("absent");
    }

    private OperationOutcome run(MessageLite operation) {
        return shard.in(session, ++sequence, operation).applyOne();
    }

    private void assertOutcome(MessageLite operation, ErrorCode code, long revision, long number) {
        assertThat(run(operation)).isEqualTo(new OperationOutcome(code, revision, number, 0, null, session, false));
        assertThat(shard.state().digest()).isEqualTo(shard.recomputedDigest());
    }

    private void assertRefused(MessageLite operation, ErrorCode code, long revision, @Nullable String present) {
        long revisionBefore = shard.meta().revision();
        OperationOutcome outcome = run(operation);
        assertThat(outcome.code()).isEqualTo(code);
        assertThat(outcome.revision()).isEqualTo(revision);
        byte[] current = outcome.current();
        assertThat(current == null ? null : new String(current, StandardCharsets.UTF_8))
                .satisfies(text -> {
                    if (present == null) {
                        assertThat(text).isNull();
                    } else {
                        assertThat(text).contains(present);
                    }
                });
        assertThat(shard.meta().revision()).isEqualTo(revisionBefore);
    }

    private void assertRecord(String key, String value, long create, long mod, long version) {
        DataRecord record = shard.record(key);
        assertThat(new String(record.value(), StandardCharsets.UTF_8)).isEqualTo(value);
        assertThat(record.createRevision()).isEqualTo(create);
        assertThat(record.modRevision()).isEqualTo(mod);
        assertThat(record.version()).isEqualTo(version);
    }
}
