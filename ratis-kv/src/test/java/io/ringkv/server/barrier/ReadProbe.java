package io.ringkv.server.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import org.jspecify.annotations.Nullable;

/** A read that notes its answer and fails the test on a second one. */
final class ReadProbe implements ReadBarrier.Waiter {
    private @Nullable String answer;
    private @Nullable ServerId leader;
    private boolean throwing;

    /** From now on the read fails when it is told its answer. */
    ReadProbe throwing() {
        throwing = true;
        return this;
    }

    @Override
    public void serve() {
        note("served");
    }

    @Override
    public void refuse(ErrorCode code, @Nullable ServerId other) {
        leader = other;
        note(code.name());
    }

    private void note(String next) {
        if (answer != null) {
            throw new AssertionError("answered twice: " + answer + ", " + next);
        }
        answer = next;
        if (throwing) {
            throw new IllegalStateException("The read fails when it is told.");
        }
    }

    @Nullable
    String answer() {
        return answer;
    }

    boolean isAnswered() {
        return answer != null;
    }

    @Nullable
    ServerId leader() {
        return leader;
    }

    void assertWaiting() {
        assertThat(answer).isNull();
    }

    void assertServed() {
        assertThat(answer).isEqualTo("served");
    }

    void assertRefused(ErrorCode code) {
        assertThat(answer).isEqualTo(code.name());
    }
}
