package io.ringkv.manager.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Seeded worlds in which servers die and return, heartbeats get lost, and the detector itself sleeps or loses leadership.
 * The world knows who lives; the detector must never accuse one that lives and is heard, and must find every single death.
 */
class LivenessSimulationTest {

    private static final long TICK = 500;
    private static final long DOWN = 10_000;
    private static final int WORLDS = 300;
    private static final int TICKS = 2_000;

    @Test
    void neverAccusesAServerThatIsHeardAndFindsEveryLoneDeath() {
        for (long seed = 0; seed < WORLDS; seed++) {
            new World(seed).run();
        }
    }

    private static final class World {

        private final long seed;
        private final Random random;
        private final List<ServerId> servers;
        private final LivenessDetector detector = new LivenessDetector(new LivenessLimits(TICK, 3_000, DOWN));
        private final Set<ServerId> dead = new TreeSet<>();
        private final Set<ServerId> declared = new TreeSet<>();
        private final Map<ServerId, Long> awakeMillisSinceHeard = new TreeMap<>();

        World(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.servers = LongStream.rangeClosed(1, 3 + random.nextInt(20))
                    .mapToObj(ServerId::new)
                    .toList();
            lead();
        }

        void run() {
            for (int tick = 0; tick < TICKS; tick++) {
                changeWorld();
                beat();
                long elapsed = random.nextInt(50) == 0 ? random.nextInt(100_000) : TICK;
                detector.tick(elapsed);
                long counted = Math.min(elapsed, 2 * TICK);
                awakeMillisSinceHeard.replaceAll((server, millis) -> millis + counted);
                declare(tick);
                if (random.nextInt(500) == 0) {
                    lead();
                }
            }
        }

        private void lead() {
            detector.lead(servers, declared);
            servers.forEach(server -> awakeMillisSinceHeard.put(server, 0L));
        }

        private void changeWorld() {
            ServerId server = servers.get(random.nextInt(servers.size()));
            if (random.nextInt(40) == 0) {
                dead.add(server);
            } else if (random.nextInt(40) == 0) {
                dead.remove(server);
            }
        }

        private void beat() {
            for (ServerId server : servers) {
                if (!dead.contains(server) && random.nextInt(10) != 0) {
                    detector.heard(server);
                    awakeMillisSinceHeard.put(server, 0L);
                    declared.remove(server);
                }
            }
            detector.update(servers, declared);
        }

        private void declare(int tick) {
            List<ServerId> verdicts = detector.toDeclareDown();
            List<ServerId> silent = new ArrayList<>();
            for (ServerId server : servers) {
                long silence = awakeMillisSinceHeard.getOrDefault(server, 0L);
                if (silence >= DOWN) {
                    silent.add(server);
                }
                if (verdicts.contains(server)) {
                    assertThat(silence)
                            .as("seed %d, tick %d: %s", seed, tick, server)
                            .isGreaterThanOrEqualTo(DOWN);
                }
                if (silence >= 10 * DOWN && !declared.contains(server)) {
                    assertThat(verdicts).as("seed %d, tick %d", seed, tick).contains(server);
                }
            }
            if (silent.size() == 1
                    && !declared.contains(silent.get(0))
                    && !detector.held().contains(silent.get(0))) {
                assertThat(verdicts).as("seed %d, tick %d", seed, tick).isEqualTo(silent);
            }
            declared.addAll(verdicts);
            detector.update(servers, declared);
        }
    }
}
