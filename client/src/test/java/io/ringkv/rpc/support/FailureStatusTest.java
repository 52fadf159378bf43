package io.ringkv.rpc.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class FailureStatusTest {

    @ParameterizedTest
    @EnumSource(value = ErrorCode.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
    void everyCodeSurvivesTheWire(ErrorCode code) {
        RingKvException sent = RingKvException.builder(code)
                .sentence("Limit 7, value 8")
                .retryAfterMillis(42)
                .build();

        StatusRuntimeException onTheWire = FailureStatus.toStatus(sent);
        RingKvException received = FailureStatus.toException(onTheWire);

        assertThat(onTheWire.getStatus().getCode().value())
                .isEqualTo(code.grpcStatus().value());
        assertThat(received.code()).isEqualTo(code);
        assertThat(received).hasMessage(sent.getMessage());
        assertThat(received.retryAfterMillis()).isEqualTo(42);
    }

    @Test
    void unexpectedErrorsAreInternal() {
        RingKvException received =
                FailureStatus.toException(FailureStatus.toStatus(new IllegalStateException("broken invariant")));

        assertThat(received.code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(received).hasMessageContaining("broken invariant");
    }

    @Test
    void looksThroughWhatFuturesWrapAroundFailures() {
        RingKvException failure = new RingKvException(ErrorCode.NO_LEADER, "Shard 3 has none");

        assertThat(FailureStatus.toException(new CompletionException(failure))).isSameAs(failure);
    }

    @ParameterizedTest
    @CsvSource({
        "UNAVAILABLE, UNAVAILABLE",
        "DEADLINE_EXCEEDED, OUTCOME_UNKNOWN",
        "UNIMPLEMENTED, OPERATION_UNSUPPORTED",
        "RESOURCE_EXHAUSTED, OVERLOADED",
        "CANCELLED, INTERNAL"
    })
    void aBareStatusKeepsItsMeaning(Status.Code status, ErrorCode expected) {
        StatusRuntimeException bare =
                Status.fromCode(status).withDescription("said below").asRuntimeException();

        RingKvException received = FailureStatus.toException(bare);

        assertThat(received.code()).isEqualTo(expected);
        assertThat(received).hasMessageContaining("said below");
    }
}
