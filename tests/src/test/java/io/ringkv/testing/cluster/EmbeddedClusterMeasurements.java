package io.ringkv.testing.cluster;

import java.util.Locale;

/**
 * Measures, by hand, how long a cluster of three managers and three servers in this process takes until it is ready, again
 * and again in the same JVM: the first start is cold, later ones are what the second and later tests of a run see.
 * Argument: number of rounds.
 */
final class EmbeddedClusterMeasurements {

    private EmbeddedClusterMeasurements() {}

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8;
        for (int round = 1; round <= rounds; round++) {
            long startedNanos = System.nanoTime();
            EmbeddedCluster cluster = EmbeddedCluster.start(3);
            long readyNanos = System.nanoTime();
            cluster.close();
            System.out.printf(
                    Locale.ROOT,
                    "start %d: ready after %.2f s, closed in %.2f s%n",
                    round,
                    (readyNanos - startedNanos) / 1e9,
                    (System.nanoTime() - readyNanos) / 1e9);
        }
    }
}
