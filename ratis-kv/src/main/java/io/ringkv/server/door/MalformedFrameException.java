package io.ringkv.server.door;

/** Bytes on a connection are not a message of the protocol. Carries no stack trace: it says what a client did. */
final class MalformedFrameException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param problem continues the sentence "The frame ..." */
    MalformedFrameException(String problem) {
        super(problem, null, false, false);
    }
}
