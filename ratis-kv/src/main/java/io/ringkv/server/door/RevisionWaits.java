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
 * <p>However many wait, a replica has one callback for all of them, which is set again with each entry applied. Thread-safe;
 * {@link #sweep} is to be called every few hundred milliseconds.
 */
final class RevisionWaits {
    /** Most reads that wait at one replica. */
    private static final int WAITERS_MAX = 10_000;

    private final NanoClock clock;
    private final int retryAfterMillis;
    private final ConcurrentMap<ShardReplica, Waiters> byReplica = new ConcurrentHashMap<>();

    RevisionWaits(NanoClock clock, int retryAfterMillis) {
        this.clock = clock;
        this.retryAfterMillis = retryAfterMillis;
    }

    /** Serves the read once the replica is fresh enough, or refuses it when that is too late. */
    void await(ReadRequest read) {
        if (isFresh(read)) {
            read.serve();
            return;
        }
        // Added under the map's lock, so that a sweep cannot forget the replica in between.
        Waiters waiters = byReplica.compute(read.replica(), (replica, present) -> {
            Waiters those = present == null ? new Waiters(replica) : present;
            those.add(read);
            return those;
        });
        waiters.watch();
        for (ReadRequest excess : waiters.takeExcess()) {
            String sentence =
                    WAITERS_MAX + " reads wait for shard " + excess.replica().shard() + " here, the limit";
            answer(excess, Refusal.busy(ErrorCode.OVERLOADED, sentence, retryAfterMillis), clock.nanos());
        }
    }

    /** Refuses reads whose budget ended, and forgets replicas for which none wait. */
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

    /** Those that wait at one replica. */
    private static final class Waiters {
        private final ShardReplica replica;
        private final List<ReadRequest> reads = new ArrayList<>();
        private boolean watching;

        Waiters(ShardReplica replica) {
            this.replica = replica;
        }

        synchronized void add(ReadRequest read) {
            reads.add(read);
        }

        /** Takes out the newest of those that are too many. */
        synchronized List<ReadRequest> takeExcess() {
            if (reads.size() <= WAITERS_MAX) {
                return List.of();
            }
            List<ReadRequest> newest = reads.subList(WAITERS_MAX, reads.size());
            List<ReadRequest> excess = List.copyOf(newest);
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
            List<ReadRequest> all;
            synchronized (this) {
                all = new ArrayList<>(reads);
                reads.clear();
                watching = false;
            }
            all.forEach(read -> read.refuse(ErrorCode.UNAVAILABLE, null));
        }

        private void serveFresh() {
            List<ReadRequest> fresh = new ArrayList<>();
            synchronized (this) {
                reads.removeIf(read -> isFresh(read) && fresh.add(read));
            }
            fresh.forEach(ReadRequest::serve);
        }

        void refuseExpired(long nowNanos) {
            List<ReadRequest> expired = new ArrayList<>();
            synchronized (this) {
                reads.removeIf(read -> read.exchange().deadlineNanos() - nowNanos <= 0 && expired.add(read));
            }
            expired.forEach(read -> {
                Refusal refusal = Refusal.of(
                        ErrorCode.REPLICA_BEHIND,
                        "The replica of shard " + replica.shard() + " here did not reach revision "
                                + Long.toUnsignedString(read.exchange().request().minimumRevision) + " in time");
                answer(read, refusal, nowNanos);
            });
        }
    }
}
