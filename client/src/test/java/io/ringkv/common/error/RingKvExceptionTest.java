package io.ringkv.common.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

class RingKvExceptionTest {

    @Test
    void saysCodeThenSentenceThenAdvice() {
        RingKvException failure =
                new RingKvException(ErrorCode.KEY_TOO_LARGE, "The key has 5000 bytes; the limit is 4096");

        assertThat(failure)
                .hasMessage("KEY_TOO_LARGE: The key has 5000 bytes; the limit is 4096."
                        + " Use a shorter key, such as a hash of it.");
        assertThat(failure.code()).isEqualTo(ErrorCode.KEY_TOO_LARGE);
        assertThat(failure.family()).isEqualTo(ErrorFamily.INVALID_ARGUMENT);
        assertThat(failure.number()).isEqualTo(102);
        assertThat(failure.retryAfterMillis()).isZero();
        assertThat(failure.details()).isEmpty();
    }

    @Test
    void namesItsCause() {
        IOException cause = new IOException("Address already in use");

        RingKvException failure = new RingKvException(ErrorCode.PORT_IN_USE, "Cannot listen on 127.0.0.1:7400.", cause);

        assertThat(failure)
                .hasMessage("PORT_IN_USE: Cannot listen on 127.0.0.1:7400. IOException: Address already in use."
                        + " Stop it or choose another port.")
                .hasCause(cause);
        assertThat(new RingKvException(ErrorCode.INTERNAL, "Oops!", new IllegalStateException()))
                .hasMessage("INTERNAL: Oops! IllegalStateException. Report it with the log of the process.");
    }

    @Test
    void saysMoreWhenMoreIsKnown() {
        RingKvException failure = RingKvException.builder(ErrorCode.SHARD_QUEUE_FULL)
                .sentence("4096 operations wait for shard 3")
                .reason("The limit is 4096")
                .advice("Come back in 20 ms")
                .cause(new IllegalStateException("not shown where a reason is given"))
                .retryAfterMillis(20)
                .detail("waiting", 4096)
                .detail("shard", 3)
                .build();

        assertThat(failure)
                .hasMessage(
                        "SHARD_QUEUE_FULL: 4096 operations wait for shard 3. The limit is 4096. Come back in 20 ms.");
        assertThat(failure.retryAfterMillis()).isEqualTo(20);
        assertThat(failure.details())
                .containsExactly(java.util.Map.entry("shard", "3"), java.util.Map.entry("waiting", "4096"));
        assertThatThrownBy(() -> failure.details().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void fallsBackToTheMeaningOfItsCode() {
        assertThat(RingKvException.builder(ErrorCode.NO_LEADER)
                        .retryAfterMillis(-5)
                        .build())
                .hasMessage("NO_LEADER: The shard has no leader now. Try again; see ringkv status if it lasts.")
                .extracting(RingKvException::retryAfterMillis)
                .isEqualTo(0L);
    }

    @Test
    void takesOverWhatAnotherProcessReported() {
        RingKvException failure = RingKvException.fromWire(601, "SHARD_QUEUE_FULL: All full. Wait.", 30);

        assertThat(failure).hasMessage("SHARD_QUEUE_FULL: All full. Wait.");
        assertThat(failure.code()).isEqualTo(ErrorCode.SHARD_QUEUE_FULL);
        assertThat(failure.retryAfterMillis()).isEqualTo(30);
        assertThat(RingKvException.fromWire(802, "", 0))
                .hasMessage("NO_LEADER: The shard has no leader now. Try again; see ringkv status if it lasts.");
    }

    @Test
    void keepsTheNumberOfACodeItDoesNotKnow() {
        RingKvException failure = RingKvException.fromWire(699, "TOO_HOT: The server is too hot. Cool it.", 0);

        assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(failure.number()).isEqualTo(699);
    }

    @Test
    void neverTakesOkForAnError() {
        assertThatThrownBy(() -> RingKvException.builder(ErrorCode.OK)).isInstanceOf(IllegalArgumentException.class);
        assertThat(RingKvException.fromWire(0, "", 0).code()).isEqualTo(ErrorCode.INTERNAL);
    }

    @Test
    void survivesJavaSerializationWithoutDetails() throws Exception {
        RingKvException failure =
                RingKvException.builder(ErrorCode.NO_LEADER).detail("shard", 1).build();

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(failure);
        }
        RingKvException read;
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            read = (RingKvException) in.readObject();
        }

        assertThat(read).hasMessage(failure.getMessage());
        assertThat(read.code()).isEqualTo(ErrorCode.NO_LEADER);
        assertThat(read.details()).isEmpty();
    }
}
