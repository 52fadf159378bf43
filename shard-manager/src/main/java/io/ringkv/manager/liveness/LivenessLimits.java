package io.ringkv.manager.liveness;

/**
 * How long a server may be silent.
 *
 * @param tickMillis planned time between two ticks of the detector
 * @param suspectMillis silence after which a server is shown as SUSPECT: too small and every pause of a garbage collector
 *     shows, too large and people learn late
 * @param downMillis silence after which a server is declared DOWN and its replicas are replaced: too small and a restart
 *     costs a copy of all its data, too large and a crash leaves shards with a replica less for long
 */
public record LivenessLimits(long tickMillis, long suspectMillis, long downMillis) {

    /** @throws IllegalArgumentException unless {@code 0 < tickMillis < suspectMillis < downMillis} */
    public LivenessLimits {
        if (tickMillis <= 0 || suspectMillis <= tickMillis || downMillis <= suspectMillis) {
            throw new IllegalArgumentException("liveness limits: tick " + tickMillis + " ms, suspect " + suspectMillis
                    + " ms, down " + downMillis + " ms (expected: 0 < tick < suspect < down)");
        }
    }
}
