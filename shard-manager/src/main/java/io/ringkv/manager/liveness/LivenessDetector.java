package io.ringkv.manager.liveness;

import io.ringkv.common.id.ServerId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Judges the silence of servers on behalf of the manager that leads.
 *
 * <p>Rules, each against one way of calling a healthy server dead:
 *
 * <ul>
 *   <li>A tick adds at most two tick lengths of silence: the time in which the detector itself was asleep (paused process,
 *       starved thread) says nothing about others.
 *   <li>A new leader {@link #lead starts from zero}: everybody gets a full timeout.
 *   <li>When more than a third of the servers expire within one DOWN interval, the fault is more likely on the manager's
 *       side. They are {@link Liveness#HELD held} until they are heard, or have been silent ten times as long.
 * </ul>
 *
 * <p>It only judges: the verdict takes effect as a command in the manager's log, which refuses it if leadership has changed
 * hands. Not safe for several threads.
 */
public final class LivenessDetector {

    private static final int MASS_SHARE = 3;
    private static final int HELD_FACTOR = 10;
    private static final int TICKS_COUNTED = 2;

    private final LivenessLimits limits;
    private final SortedMap<ServerId, Silence> servers = new TreeMap<>();

    /** A detector that watches nobody yet. */
    public LivenessDetector(LivenessLimits limits) {
        this.limits = limits;
    }

    /**
     * Begins a leadership: forgets all silence.
     *
     * @param watched all servers that are not removed
     * @param down those of them that are declared DOWN already; they weigh nothing when many others expire
     */
    public void lead(Collection<ServerId> watched, Collection<ServerId> down) {
        servers.clear();
        update(watched, down);
        for (Silence silence : servers.values()) {
            silence.grantOrExpireForLong(limits.downMillis());
        }
    }

    /**
     * Follows a change of the logged state. New servers begin with a full timeout, and so do those that are no longer declared
     * DOWN: whoever said so has heard them.
     */
    public void update(Collection<ServerId> watched, Collection<ServerId> down) {
        TreeSet<ServerId> known = new TreeSet<>(watched);
        TreeSet<ServerId> declared = new TreeSet<>(down);
        servers.keySet().retainAll(known);
        for (ServerId server : known) {
            servers.computeIfAbsent(server, absent -> new Silence()).declare(declared.contains(server));
        }
    }

    /** A heartbeat of the server arrived; ignored if the server is not watched. */
    public void heard(ServerId server) {
        Silence silence = servers.get(server);
        if (silence != null) {
            silence.end();
        }
    }

    /**
     * Lets time pass.
     *
     * @param elapsedMillis time since the tick before, by a clock that never goes back
     */
    public void tick(long elapsedMillis) {
        long counted = Math.max(0, Math.min(elapsedMillis, TICKS_COUNTED * limits.tickMillis()));
        for (Silence silence : servers.values()) {
            silence.grow(counted, limits.downMillis());
        }
        long weighed = count(silence -> !(silence.declaredDown && !silence.expiredWithin(limits.downMillis())));
        long expiring = count(silence -> silence.held || silence.expiredWithin(limits.downMillis()));
        if (expiring * MASS_SHARE > weighed) {
            for (Silence silence : servers.values()) {
                silence.held |= silence.expired && !silence.declaredDown;
            }
        }
        for (Silence silence : servers.values()) {
            silence.held &= silence.silentMillis < HELD_FACTOR * limits.downMillis();
        }
    }

    private long count(Predicate<Silence> condition) {
        return servers.values().stream().filter(condition).count();
    }

    /** What is to be thought of the server; {@link Liveness#EXPIRED} if it is not watched. */
    public Liveness judge(ServerId server) {
        Silence silence = servers.get(server);
        if (silence == null) {
            return Liveness.EXPIRED;
        }
        if (silence.expired) {
            return silence.held ? Liveness.HELD : Liveness.EXPIRED;
        }
        return silence.silentMillis >= limits.suspectMillis() ? Liveness.SUSPECT : Liveness.HEARD;
    }

    /** Whether a heartbeat arrived in this leadership and the server has not become suspect since. */
    public boolean isHeard(ServerId server) {
        return heartbeatAgeMillis(server) != null && judge(server) == Liveness.HEARD;
    }

    /** Counted milliseconds since the last heartbeat, or null if none arrived in this leadership. */
    public @Nullable Long heartbeatAgeMillis(ServerId server) {
        Silence silence = servers.get(server);
        return silence == null || !silence.heardOnce ? null : silence.silentMillis;
    }

    /** Servers that should be declared DOWN now, in the order of their ids. */
    public List<ServerId> toDeclareDown() {
        return servers.entrySet().stream()
                .filter(entry -> entry.getValue().expired && !entry.getValue().held && !entry.getValue().declaredDown)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Servers that are not declared DOWN only because so many are silent at once, in the order of their ids. */
    public List<ServerId> held() {
        return servers.entrySet().stream()
                .filter(entry -> entry.getValue().held)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The silence of one server. */
    private static final class Silence {

        private long silentMillis;
        private long expiredMillis;
        private boolean expired;
        private boolean held;
        private boolean declaredDown;
        private boolean heardOnce;

        void end() {
            grant();
            heardOnce = true;
        }

        private void grant() {
            silentMillis = 0;
            expiredMillis = 0;
            expired = false;
            held = false;
        }

        void declare(boolean down) {
            if (declaredDown && !down && expired) {
                grant();
            }
            declaredDown = down;
        }

        void grow(long millis, long downMillis) {
            silentMillis += millis;
            if (expired) {
                expiredMillis += millis;
            } else if (silentMillis >= downMillis) {
                expired = true;
                expiredMillis = silentMillis - downMillis;
            }
        }

        boolean expiredWithin(long millis) {
            return expired && expiredMillis < millis;
        }

        void grantOrExpireForLong(long downMillis) {
            if (declaredDown) {
                expired = true;
                expiredMillis = downMillis;
            }
        }
    }
}
