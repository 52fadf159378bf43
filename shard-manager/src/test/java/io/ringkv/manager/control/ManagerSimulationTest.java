package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.manager.operation.OperationKind;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Seeded worlds of servers, shards and managers, in virtual time: see {@link SimulatedCluster} for what is real, {@link
 * Troubles} for what happens, {@link SimulationChecks} and {@link ShardModel} for what must hold after every event. When
 * troubles end, every operation ends, every shard has its replicas and no server anything else, all is even, and then there
 * is stillness.
 */
class ManagerSimulationTest {

    private static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
    private static final int HOURS = 1_000;
    private static final int WORLDS = 20;
    private static final int SOAK_FACTOR = 100;
    private static final int SABOTAGED_WORLDS = 60;
    private static final int SABOTAGED_HOURS = 25;

    @Test
    void aThousandHours() {
        live(0, WORLDS);
    }

    @Test
    @Tag("soak")
    void aHundredThousandHours() {
        live(1_000, SOAK_FACTOR * WORLDS);
    }

    private static void live(long firstSeed, int worlds) {
        Map<OperationKind, Integer> done = new EnumMap<>(OperationKind.class);
        Map<String, Integer> ended = new TreeMap<>();
        long livedMillis = 0;
        long events = 0;
        double hours = 0;
        for (long seed = firstSeed; seed < firstSeed + worlds; seed++) {
            SimulatedCluster cluster = new SimulatedCluster(seed, Sabotage.NONE);
            live(cluster, seed, (double) HOURS / WORLDS);
            cluster.checks.done().forEach((kind, count) -> done.merge(kind, count, Integer::sum));
            cluster.checks.ended().forEach((status, count) -> ended.merge(status, count, Integer::sum));
            livedMillis += cluster.queue.now();
            events += cluster.queue.happened();
            hours += cluster.queue.elapsedMillis() / 3_600_000.0;
        }
        OUT.printf(
                Locale.ROOT,
                "simulated: %.0f cluster-hours, %.1f of them lived through, %d events, operations %s, done %s%n",
                hours,
                livedMillis / 3_600_000.0,
                events,
                ended,
                done);
        assertThat(hours).isGreaterThanOrEqualTo(HOURS * (double) worlds / WORLDS);
        assertThat(ended.keySet()).containsExactly("CANCELLED", "DONE", "FAILED");
        assertThat(done.keySet()).containsExactly(OperationKind.values());
    }

    private static void live(SimulatedCluster cluster, long seed, double hours) {
        try {
            cluster.live(hours);
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e, e);
        }
    }

    /** What it is worth: a rule left out shows, though nothing in the simulation looks for just that. */
    @ParameterizedTest
    @MethodSource("sabotages")
    void seesWhatBecomesOfARuleLeftOut(Sabotage sabotage) {
        for (long seed = 0; seed < SABOTAGED_WORLDS; seed++) {
            SimulatedCluster cluster = new SimulatedCluster(seed, sabotage);
            try {
                cluster.live(SABOTAGED_HOURS);
            } catch (AssertionError seen) {
                return;
            }
        }
        throw new AssertionError(sabotage + " shows in none of " + SABOTAGED_WORLDS + " worlds");
    }

    static Stream<Sabotage> sabotages() {
        return Arrays.stream(Sabotage.values()).filter(Sabotage::isShownByChance);
    }

    @ParameterizedTest
    @ValueSource(longs = {0})
    void isTheSameAgainWithTheSameSeed(long seed) {
        assertThat(trace(seed)).isEqualTo(trace(seed));
    }

    private static String trace(long seed) {
        SimulatedCluster cluster = new SimulatedCluster(seed, Sabotage.NONE);
        live(cluster, seed, 10);
        return cluster.queue.happened() + " events, " + cluster.managers.state();
    }
}
