package io.ringkv.common.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The last value that is allowed passes, the first that is not is refused by its own code, with value and limit. */
class LimitChecksTest {

    private static final int MIB = 1 << 20;

    private record Refusal(ErrorCode code, ThrowingCallable check, List<String> mentions) {

        Refusal(ErrorCode code, ThrowingCallable check, String... mentions) {
            this(code, check, List.of(mentions));
        }

        @Override
        public String toString() {
            return code + " " + mentions;
        }
    }

    static Stream<Refusal> refusals() {
        return Stream.of(
                new Refusal(ErrorCode.KEY_EMPTY, () -> LimitChecks.checkKey(new byte[0]), "0 bytes", "1"),
                new Refusal(ErrorCode.KEY_TOO_LARGE, () -> LimitChecks.checkKey(new byte[4097]), "4097", "4096"),
                new Refusal(
                        ErrorCode.VALUE_TOO_LARGE,
                        () -> LimitChecks.checkValue(new byte[MIB + 1]),
                        "1048577",
                        "1048576"),
                new Refusal(ErrorCode.BATCH_EMPTY, () -> LimitChecks.checkBatch(0, 0), "0", "1"),
                new Refusal(ErrorCode.BATCH_TOO_MANY_KEYS, () -> LimitChecks.checkBatch(129, 1), "129", "128"),
                new Refusal(
                        ErrorCode.BATCH_TOO_LARGE, () -> LimitChecks.checkBatch(2, 2L * MIB + 1), "2097153", "2097152"),
                new Refusal(ErrorCode.BATCH_TOO_LARGE, () -> LimitChecks.checkBatch(1, Long.MAX_VALUE), "limit"),
                new Refusal(ErrorCode.INVALID_ARGUMENT, () -> LimitChecks.checkGetKeys(0), "0 keys", "1 to 1000"),
                new Refusal(ErrorCode.INVALID_ARGUMENT, () -> LimitChecks.checkGetKeys(1001), "1001", "1 to 1000"),
                new Refusal(ErrorCode.SCAN_LIMIT_INVALID, () -> LimitChecks.checkScanPageEntries(0), "0", "1 to 1000"),
                new Refusal(
                        ErrorCode.SCAN_LIMIT_INVALID,
                        () -> LimitChecks.checkScanPageEntries(1001),
                        "1001",
                        "1 to 1000"),
                new Refusal(
                        ErrorCode.TIMEOUT_INVALID,
                        () -> LimitChecks.checkRequestTimeoutMillis(0),
                        "0 ms",
                        "1 to 300000"),
                new Refusal(
                        ErrorCode.TIMEOUT_INVALID,
                        () -> LimitChecks.checkRequestTimeoutMillis(300_001),
                        "300001 ms",
                        "1 to 300000"),
                new Refusal(
                        ErrorCode.FRAME_TOO_LARGE,
                        () -> LimitChecks.checkOperationBytes(Limits.MAX_OPERATION_BYTES + 1L),
                        "limit is " + Limits.MAX_OPERATION_BYTES),
                new Refusal(
                        ErrorCode.FRAME_TOO_LARGE,
                        () -> LimitChecks.checkFrameBytes(4L * MIB + 1),
                        "4194305",
                        "4194304"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusesNamingValueAndLimit(Refusal refusal) {
        assertThatThrownBy(refusal.check())
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(refusal.code()))
                .hasMessageContainingAll(refusal.mentions().toArray(CharSequence[]::new));
    }

    @Test
    void acceptsTheLastAllowedValues() {
        assertThatCode(() -> {
                    LimitChecks.checkKey(new byte[1]);
                    LimitChecks.checkKey(new byte[4096]);
                    LimitChecks.checkValue(new byte[0]);
                    LimitChecks.checkValue(new byte[MIB]);
                    LimitChecks.checkBatch(1, 0);
                    LimitChecks.checkBatch(128, 2L * MIB);
                    LimitChecks.checkGetKeys(1);
                    LimitChecks.checkGetKeys(1000);
                    LimitChecks.checkScanPageEntries(1);
                    LimitChecks.checkScanPageEntries(1000);
                    LimitChecks.checkRequestTimeoutMillis(1);
                    LimitChecks.checkRequestTimeoutMillis(300_000);
                    LimitChecks.checkOperationBytes(Limits.MAX_OPERATION_BYTES);
                    LimitChecks.checkFrameBytes(4L * MIB);
                })
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s1", "m3", "rack-7.server_12", "A", "0"})
    void acceptsLabels(String label) {
        assertThatCode(() -> LimitChecks.checkLabel(label)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "s 1",
                "s1\n",
                "ü",
                "a/b",
                "0123456789012345678901234567890123456789012345678901234567890123"
            })
    void refusesOtherLabels(String label) {
        assertThatThrownBy(() -> LimitChecks.checkLabel(label))
                .isInstanceOf(RingKvException.class)
                .hasMessageContaining("\"" + label + "\"")
                .hasMessageContaining("1 to 63");
    }

    /** The fear: a request that passes its own check and then breaks the leader of its shard. */
    @Test
    void leavesRoomForTheLargestRequestAtEveryStep() {
        int largestSingle = Limits.MAX_KEY_BYTES + 2 * Limits.MAX_VALUE_BYTES;

        assertThat(Limits.MAX_BATCH_BYTES).isLessThan(Limits.MAX_OPERATION_BYTES);
        assertThat(largestSingle).isLessThan(Limits.MAX_OPERATION_BYTES);
        assertThat(Limits.MAX_OPERATION_BYTES + Limits.ENTRY_GATHER_BYTES).isLessThan(Limits.MAX_RAFT_ENTRY_BYTES);
        assertThat(Limits.MAX_OPERATION_BYTES).isLessThan(Limits.MAX_FRAME_BYTES);
        assertThat(Limits.MAX_PAGE_BYTES + Limits.MAX_KEY_BYTES + Limits.MAX_VALUE_BYTES)
                .isLessThan(Limits.MAX_FRAME_BYTES);
        assertThat(Limits.ONE_SHOT_SESSION_IDLE_MILLIS).isGreaterThan(Limits.MAX_REQUEST_TIMEOUT_MILLIS);
    }
}
