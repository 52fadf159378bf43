package io.ringkv.server.agent;

/** Growing waits after failures in a row. Pure; belongs to the agent's thread. */
final class Backoff {

    private final long minMillis;
    private final long maxMillis;
    private long nextMillis;

    Backoff(long minMillis, long maxMillis) {
        this.minMillis = minMillis;
        this.maxMillis = maxMillis;
        this.nextMillis = minMillis;
    }

    /** How long to wait after one more failure. */
    long failed() {
        long wait = nextMillis;
        nextMillis = Math.min(maxMillis, 2 * nextMillis);
        return wait;
    }

    /** It went well. */
    void succeeded() {
        nextMillis = minMillis;
    }
}
