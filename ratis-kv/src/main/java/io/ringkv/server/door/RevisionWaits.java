package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.time.NanoClock;
import io.ringkv.server.engine.EngineClosedException;
import io.ringkv.server.replica.ShardReplica;
import io.ringkv.server.shard.ShardMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Session reads that wait until a replica has applied the revision their client has seen.
 *
 * <p>They wait for a short time only, whatever their budget: a replica that lags behind by more may lag for long (it is being
 * caught up, cut off, or no voter any more without having been told), while the others have what the client wants.
 *
 * <p>However many wait, a replica has one callback for all of them, which is set again with each entry applied. Thread-safe;
 * {@link #sweep} is to be called every few hundred milliseconds.
 */
final class RevisionWaits {
    /** Most reads that wait at one replica. */
    private static final int WAITERS_MAX = 10_000;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final NanoClock clock;
    private final DoorSettings settings;
    private final ConcurrentMap<ShardReplica, Waiters> byReplica = new ConcurrentHashMap<>();

    RevisionWaits(NanoClock clock, DoorSettings settings) {
        this.clock = clock;
        this.settings = settings;
    }

    /** Serves the read once the replica is fresh enough, or refuses it when that is too late. */
    void await(ReadRequest read) {
        if (isFresh(read)) {
            read.serve();
            return;
        }
        long patienceNanos = settings.replicaWaitMillis() * NANOS_PER_MILLI;
        long now = clock.nanos();
        long budgetNanos = read.exchange().deadlineNanos() - now;
        long giveUpNanos = now + Math.min(patienceNanos, budgetNanos);
        // Added under the map's lock, so that a sweep cannot forget the replica in between.
        Waiters waiters = byReplica.compute(read.replica(), (replica, present) -> {
            Waiters those = present == null ? new Waiters(replica) : present;
            those.add(new Waiting(read, giveUpNanos));
            return those;
        });
        waiters.watch();
        for (ReadRequest excess : waiters.takeExcess()) {
            String sentence =
                    WAITERS_MAX + " reads wait for shard " + excess.replica().shard() + " here, the limit";
            answer(excess, Refusal.busy(ErrorCode.OVERLOADED, sentence, settings.retryAfterMillis()), clock.nanos());
        }
    }

    /** Refuses reads that have waited long enough, and forgets replicas for which none wait. */
    void sweep() {
        byReplica.forEach((replica, waiters) -> {
            waiters.refuseExpired(clock.nanos());
            byReplica.computeIfPresent(replica, (same, present) -> present.retireIfIdle() ? null : present);
        });
    }

    /** Reads that wait at all replicas. */
    int waiting() {
        return byReplica.values().stream().mapToInt(Waiters::size).sum();
    }

    private static void answer(ReadRequest read, Refusal refusal, long nowNanos) {
        read.exchange().answer(Answer.of(refusal), nowNanos);
        read.exchange().sink().flush();
    }

    private static boolean isFresh(ReadRequest read) {
        long wanted = read.exchange().request().minimumRevision;
        try {
            ShardMeta meta = read.reader().meta();
            return meta != null && Long.compareUnsigned(meta.revision(), wanted) >= 0;
        } catch (EngineClosedException e) {
            return false;
        }
    }

    private record Waiting(ReadRequest read, long giveUpNanos) {
        boolean isFresh() {
            return RevisionWaits.isFresh(read);
        }
    }

    /** Those that wait at one replica. */
    private static final class Waiters {
        private final ShardReplica replica;
        private final List<Waiting> reads = new ArrayList<>();
        private boolean watching;

        Waiters(ShardReplica replica) {
            this.replica = replica;
        }

        synchronized void add(Waiting read) {
            reads.add(read);
        }

        /** Takes out the newest of those that are too many. */
        synchronized List<ReadRequest> takeExcess() {
            if (reads.size() <= WAITERS_MAX) {
                return List.of();
            }
            List<Waiting> newest = reads.subList(WAITERS_MAX, reads.size());
            List<ReadRequest> excess = newest.stream().map(Waiting::read).toList();
            newest.clear();
            return excess;
        }

        synchronized int size() {
            return reads.size();
        }

        synchronized boolean retireIfIdle() {
            return reads.isEmpty() && !watching;
        }

        /** Sees to it that the next entry applied is noticed. */
        void watch() {
            synchronized (this) {
                if (watching || reads.isEmpty()) {
                    return;
                }
                watching = true;
            }
            long next;
            try {
                // Read before the freshness is looked at again: an entry applied in between makes the callback run at
                // once.
                next = replica.reader().appliedIndex() + 1;
            } catch (EngineClosedException e) {
                closed();
                return;
            }
            serveFresh();
            replica.whenApplied(next, this::applied, this::closed);
        }

        private void applied() {
            serveFresh();
            synchronized (this) {
                watching = false;
            }
            watch();
        }

        private void closed() {
            List<Waiting> all;
            synchronized (this) {
                all = new ArrayList<>(reads);
                reads.clear();
                watching = false;
            }
            all.forEach(waiting -> waiting.read().refuse(ErrorCode.UNAVAILABLE, null));
        }

        private void serveFresh() {
            List<Waiting> fresh = new ArrayList<>();
            synchronized (this) {
                reads.removeIf(waiting -> waiting.isFresh() && fresh.add(waiting));
            }
            fresh.forEach(waiting -> waiting.read().serve());
        }

        void refuseExpired(long nowNanos) {
            List<Waiting> expired = new ArrayList<>();
            synchronized (this) {
                reads.removeIf(waiting -> waiting.giveUpNanos() - nowNanos <= 0 && expired.add(waiting));
            }
            expired.forEach(waiting -> {
                ReadRequest read = waiting.read();
                Refusal refusal = Refusal.of(
                        ErrorCode.REPLICA_BEHIND,
                        "The replica of shard " + replica.shard() + " here did not reach revision "
                                + Long.toUnsignedString(read.exchange().request().minimumRevision) + " in time");
                answer(read, refusal, nowNanos);
            });
        }
    }
}
