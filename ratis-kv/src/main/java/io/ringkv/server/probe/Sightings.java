package io.ringkv.server.probe;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.time.NanoClock;
import io.ringkv.rpc.PeerReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * When others answered this server, and when they asked it: two directions, so that a fault that goes one way shows as such.
 * Safe for use by any thread.
 */
public final class Sightings {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Who asked is noted up to so many: as many as could be asking, and no more if ids are made up. */
    private static final int ASKING_MAX = 1_024;

    private final NanoClock clock;
    private final Map<ServerId, Long> answeredAt = new ConcurrentSkipListMap<>();
    private final Map<ServerId, Long> askedAt = new ConcurrentSkipListMap<>();

    /** None yet. */
    public Sightings(NanoClock clock) {
        this.clock = clock;
    }

    /** From now on these are probed; silence counts from when one was first among them. */
    void probe(Set<ServerId> targets) {
        answeredAt.keySet().retainAll(targets);
        long now = clock.nanos();
        targets.forEach(target -> answeredAt.putIfAbsent(target, now));
    }

    /** This one answered. */
    void answered(ServerId server) {
        long now = clock.nanos();
        answeredAt.computeIfPresent(server, (known, before) -> now);
    }

    /** This one asked. */
    public void asked(ServerId server) {
        if (askedAt.size() < ASKING_MAX || askedAt.containsKey(server)) {
            askedAt.put(server, clock.nanos());
        }
    }

    /** What to tell the manager: of each that is probed, how long it has been silent; of others, when they asked last. */
    public List<PeerReport> reports() {
        long now = clock.nanos();
        Map<ServerId, PeerReport.Builder> reports = new TreeMap<>();
        answeredAt.forEach((server, nanos) -> reports.put(
                server, PeerReport.newBuilder().setServerId(server.value()).setSilentMillis(millis(now, nanos))));
        askedAt.forEach((server, nanos) -> reports.computeIfAbsent(
                        server, first -> PeerReport.newBuilder().setServerId(server.value()))
                .setAskedMillis(millis(now, nanos)));
        List<PeerReport> all = new ArrayList<>();
        reports.values().forEach(report -> all.add(report.build()));
        return all;
    }

    private static long millis(long now, @Nullable Long then) {
        return then == null ? 0 : Math.max(0, (now - then) / NANOS_PER_MILLI);
    }
}
