package io.ringkv.server.barrier;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Virtual time of the model, and its network: messages are delayed at random, so they overtake each other; some are lost,
 * some arrive twice; links can be cut, each direction and each kind of traffic for itself.
 */
final class ModelNetwork {
    static final long MICROS = 1_000;
    static final long MILLIS = 1_000_000;

    /** Kinds of traffic, on connections of their own. */
    enum Link {
        RAFT,
        BARRIER
    }

    private record Event(long atNanos, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<Link, long[][]> cutUntil = new EnumMap<>(Link.class);
    private final int lossPercent;
    private final int repeatPercent;
    private long now;
    private long numbered;

    ModelNetwork(Random random, int servers) {
        this.random = random;
        for (Link link : Link.values()) {
            cutUntil.put(link, new long[servers + 1][servers + 1]);
        }
        this.lossPercent = random.nextInt(3) == 0 ? random.nextInt(15) : 0;
        this.repeatPercent = random.nextInt(3) == 0 ? random.nextInt(15) : 0;
    }

    /** Nanoseconds since the start. */
    long now() {
        return now;
    }

    /** When the next event is due; {@code Long.MAX_VALUE} when there is none. */
    long nextDue() {
        Event next = events.peek();
        return next == null ? Long.MAX_VALUE : next.atNanos();
    }

    void runNext() {
        Event next = events.remove();
        advanceTo(next.atNanos());
        next.action().run();
    }

    /** Time never goes back, not even for a task that should have run earlier. */
    void advanceTo(long nanos) {
        now = Math.max(now, nanos);
    }

    void after(long delayNanos, Runnable action) {
        events.add(new Event(now + delayNanos, numbered++, action));
    }

    /** A random time in these bounds. */
    long between(long fromNanos, long toNanos) {
        return fromNanos + random.nextLong(toNanos - fromNanos);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** Sends; what the link does when the message arrives decides, as well as when it was sent. */
    void send(Link link, int from, int to, Runnable delivery) {
        if (isCut(link, from, to) || chance(lossPercent)) {
            return;
        }
        int copies = chance(repeatPercent) ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            // Mostly quick, now and then slow enough to arrive after a change of leader.
            long delay = chance(5) ? between(1 * MILLIS, 60 * MILLIS) : between(50 * MICROS, 1_500 * MICROS);
            after(delay, () -> {
                if (!isCut(link, from, to)) {
                    delivery.run();
                }
            });
        }
    }

    private long[][] until(Link link) {
        return Objects.requireNonNull(cutUntil.get(link));
    }

    private boolean isCut(Link link, int from, int to) {
        return until(link)[from][to] > now;
    }

    void cut(Link link, int from, int to, long durationNanos) {
        until(link)[from][to] = now + durationNanos;
    }
}
