package io.ringkv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.limit.Limits;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What breaks a limit is refused before it is sent, by a code that names the limit. */
final class RequestLimitsTest {

    private static final Bytes KEY = Bytes.utf8("key");
    private static final Bytes VALUE = Bytes.utf8("value");

    @Test
    void batchesHaveALimitOfOperationsAndOfBytes() {
        Batch.Builder many = Batch.builder();
        for (int i = 0; i <= Limits.MAX_BATCH_KEYS; i++) {
            many.put(KEY, VALUE);
        }
        Bytes large = Bytes.wrap(new byte[Limits.MAX_VALUE_BYTES]);

        assertRefused(ErrorCode.BATCH_TOO_MANY_KEYS, many::build);
        assertRefused(ErrorCode.BATCH_EMPTY, () -> Batch.builder().build());
        assertRefused(
                ErrorCode.BATCH_TOO_LARGE,
                () -> Batch.builder().put(KEY, large).put(KEY, large).build());
        assertRefused(
                ErrorCode.BATCH_TOO_LARGE,
                () -> Batch.builder()
                        .compareAndSet(KEY, Expectation.value(large), large)
                        .build());
        assertRefused(ErrorCode.KEY_EMPTY, () -> Batch.builder().delete(Bytes.empty()));
    }

    @Test
    void aBatchKnowsItsKeysInOrder() {
        Batch batch = Batch.builder()
                .put(Bytes.utf8("a"), VALUE)
                .compareAndDelete(Bytes.utf8("b"), Expectation.absent())
                .increment(Bytes.utf8("c"), -1)
                .build();

        assertThat(batch.keys()).containsExactly(Bytes.utf8("a"), Bytes.utf8("b"), Bytes.utf8("c"));
        assertThat(batch.toOperation().getItems(1).getCompareAndSet().getExpectedAbsent())
                .isTrue();
        assertThat(batch.toOperation().getItems(2).getIncrement().getDelta()).isEqualTo(-1);
    }

    @Test
    void timeoutsAreBetweenOneMillisecondAndFiveMinutes() {
        assertRefused(ErrorCode.TIMEOUT_INVALID, () -> WriteOptions.defaults().withTimeout(Duration.ZERO));
        assertRefused(ErrorCode.TIMEOUT_INVALID, () -> ReadOptions.defaults().withTimeout(Duration.ofMinutes(6)));
        assertRefused(ErrorCode.TIMEOUT_INVALID, () -> ScanRequest.all().withTimeout(Duration.ofNanos(1)));
    }

    @Test
    void scansHaveBoundsAndPages() {
        Bytes longest = Bytes.wrap(new byte[Limits.MAX_KEY_BYTES]);

        assertThat(ScanRequest.all().withStart(longest.successor()).start().size())
                .isEqualTo(Limits.MAX_KEY_BYTES + 1);
        assertRefused(
                ErrorCode.KEY_TOO_LARGE,
                () -> ScanRequest.all().withStart(longest.successor().successor()));
        assertRefused(ErrorCode.SCAN_LIMIT_INVALID, () -> ScanRequest.all().withPageEntries(1001));
        assertThatThrownBy(() -> ScanRequest.all().withLimit(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void clientsNeedAnEndpointAndRoomForOneOperation() {
        assertRefused(ErrorCode.ADDRESS_INVALID, () -> ClientOptions.of("nowhere"));
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                () -> ClientOptions.builder().openBytesMax(1).build());
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                () -> ClientOptions.builder().openRequestsMax(0).build());
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
