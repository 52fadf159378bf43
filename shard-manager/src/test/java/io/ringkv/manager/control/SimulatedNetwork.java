package io.ringkv.manager.control;

import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Links between servers, and from servers to managers; and chance. */
final class SimulatedNetwork {

    final EventQueue queue;
    final Random random;
    private final String context;
    private final long bytesPerSecond;
    private final Set<Long> cut = new TreeSet<>();
    private boolean isLossy;

    SimulatedNetwork(String context, Random random, EventQueue queue, long bytesPerSecond) {
        this.context = context;
        this.random = random;
        this.queue = queue;
        this.bytesPerSecond = bytesPerSecond;
    }

    String context() {
        return context + ", at " + queue.now() + " ms of " + queue.elapsedMillis();
    }

    long now() {
        return queue.now();
    }

    int random(int bound) {
        return random.nextInt(bound);
    }

    long bytesPerSecond() {
        return bytesPerSecond;
    }

    /** Whether messages get lost and come late. */
    boolean isLossy() {
        return isLossy;
    }

    void setLossy(boolean lossy) {
        isLossy = lossy;
    }

    private static long pair(int one, int other) {
        return ((long) Math.min(one, other) << 32) | Math.max(one, other);
    }

    void cut(int one, int other) {
        cut.add(pair(one, other));
    }

    void heal() {
        cut.clear();
    }

    /** Whether a message between two servers gets there now. */
    boolean connects(ServerModel one, ServerModel other) {
        return !one.isCutFromServers
                && !other.isCutFromServers
                && !cut.contains(pair(one.number, other.number))
                && !(isLossy && random(10) == 0);
    }

    /** How long a message to or from a manager takes; below 0 if it gets lost. */
    long delayMillis() {
        if (!isLossy) {
            return 1L + random(5);
        }
        return switch (random(12)) {
            case 0 -> -1;
            case 1 -> random(3_000);
            default -> 1L + random(50);
        };
    }
}
