package io.ringkv.raft;

import java.io.IOException;

/** A file that should hold a Raft term and vote was read, and does not: what it held before is lost. */
public final class DamagedRaftMetaException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedRaftMetaException(String message, Throwable cause) {
        super(message, cause);
    }
}
