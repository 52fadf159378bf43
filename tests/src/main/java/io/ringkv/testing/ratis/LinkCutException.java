package io.ringkv.testing.ratis;

/** A request was refused by {@link LinkFaults}. Cheap: it has no stack trace, for it is thrown many times a second. */
public final class LinkCutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LinkCutException(LinkFaults.Request request) {
        super("The link is cut: " + request, null, false, false);
    }
}
