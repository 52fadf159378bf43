package io.ringkv.manager.control;

import java.util.Objects;

/** An entry was not applied here. Either it certainly never will be, or its fate is unknown. Carries no stack trace. */
public final class ProposalFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean isCertain;

    /**
     * A failure.
     *
     * @param isCertain the entry is in no log and never will be; else it may still take effect
     * @param message why
     */
    public ProposalFailedException(boolean isCertain, String message) {
        super(Objects.requireNonNull(message, "message"), null, false, false);
        this.isCertain = isCertain;
    }

    /** Whether the entry certainly has no effect. */
    public boolean isCertain() {
        return isCertain;
    }
}
