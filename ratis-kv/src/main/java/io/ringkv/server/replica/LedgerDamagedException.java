package io.ringkv.server.replica;

/** The bytes are not a ledger as this release writes it. */
final class LedgerDamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    LedgerDamagedException(String message) {
        super(message);
    }
}
