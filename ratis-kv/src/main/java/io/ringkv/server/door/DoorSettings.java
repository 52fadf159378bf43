package io.ringkv.server.door;

/**
 * Bounds of the door.
 *
 * @param streamCreditBytes bytes of unanswered requests a client may have on one stream
 * @param streamResultBytes results made but not sent on one stream, beyond which no further read is carried out for it
 * @param requestBytesMax memory for unanswered requests of all clients together
 * @param streamsMax most batch streams
 * @param heartbeatMillis each side sends something at least this often
 * @param silenceMillis a stream whose client says nothing for so long, or takes nothing, is closed
 * @param retryAfterMillis what a refused client is told to wait
 * @param sweepMillis how often requests that wait are looked at for the end of their budget
 * @param replicaWaitMillis how long a session read waits here for the revision its client has seen, at most
 * @param leaderlessMillis without a leader for so long, much longer than any election takes, a shard counts as one that can
 *     have none
 */
public record DoorSettings(
        int streamCreditBytes,
        int streamResultBytes,
        long requestBytesMax,
        int streamsMax,
        int heartbeatMillis,
        int silenceMillis,
        int retryAfterMillis,
        int sweepMillis,
        int replicaWaitMillis,
        int leaderlessMillis) {

    public DoorSettings {
        requirePositive("streamCreditBytes", streamCreditBytes);
        requirePositive("streamResultBytes", streamResultBytes);
        requirePositive("requestBytesMax", requestBytesMax);
        requirePositive("streamsMax", streamsMax);
        requirePositive("heartbeatMillis", heartbeatMillis);
        requirePositive("silenceMillis", silenceMillis);
        requirePositive("retryAfterMillis", retryAfterMillis);
        requirePositive("sweepMillis", sweepMillis);
        requirePositive("leaderlessMillis", leaderlessMillis);
        requirePositive("replicaWaitMillis", replicaWaitMillis);
    }

    /** The same with another patience of session reads. */
    public DoorSettings withReplicaWaitMillis(int millis) {
        return new DoorSettings(
                streamCreditBytes,
                streamResultBytes,
                requestBytesMax,
                streamsMax,
                heartbeatMillis,
                silenceMillis,
                retryAfterMillis,
                sweepMillis,
                millis,
                leaderlessMillis);
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }
}
