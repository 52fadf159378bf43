package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import org.jspecify.annotations.Nullable;

/** What whoever asked for something to be logged is told of it. Pure. */
public final class ProposalOutcome {
    private ProposalOutcome() {}

    /**
     * The outcome of a proposal that must have been applied. Without an outcome it is not known whether it took effect: only
     * for what may be asked for again without harm.
     *
     * @param what the proposal, as the beginning of a sentence
     * @param applied its outcome, null if there is none
     * @param failure why there is none, if that is known
     * @throws RingKvException MANAGER_UNAVAILABLE without an outcome, else the refusal
     */
    public static Applied require(String what, @Nullable Applied applied, @Nullable Throwable failure) {
        if (applied == null) {
            throw new RingKvException(
                    ErrorCode.MANAGER_UNAVAILABLE,
                    what + " could not be logged",
                    failure == null ? new IllegalStateException("no outcome") : failure);
        }
        if (applied.refusal() != null) {
            throw applied.refusal().toException();
        }
        return applied;
    }

    /**
     * The outcome of a change that an operator asked for.
     *
     * @throws RingKvException as {@link #require}; but a refusal because another manager leads by now says just that
     */
    public static Applied requireChange(@Nullable Applied applied, @Nullable Throwable failure) {
        boolean isOvertaken = applied != null
                && applied.refusal() != null
                && applied.refusal().code() == ErrorCode.STALE_INSTRUCTION;
        if (isOvertaken) {
            throw new RingKvException(ErrorCode.MANAGER_UNAVAILABLE, "The manager's leader has changed");
        }
        return require("The change", applied, failure);
    }
}
