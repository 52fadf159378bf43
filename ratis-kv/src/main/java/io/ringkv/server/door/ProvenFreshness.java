package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.time.NanoClock;
import io.ringkv.server.barrier.ReadBarrier;
import io.ringkv.server.engine.EngineClosedException;
import io.ringkv.server.engine.ShardReader;
import io.ringkv.server.replica.ReplicaHost;
import io.ringkv.server.replica.ShardReplica;
import io.ringkv.server.shard.ShardMeta;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves how fresh the replicas of this server are, each about once per {@link #tick}.
 *
 * <p>The argument: at time t this server asks the leader for the shard's revision by a linearizable read. The answer R covers
 * everything that was committed before t. So once the replica here has applied revision R, its state lacks nothing that was
 * committed before t. Where the replica here leads, the barrier says so directly. All times are of this server's clock, and
 * nothing is believed of a leader that the barrier has not confirmed.
 *
 * <p>Thread-safe.
 */
public final class ProvenFreshness implements Freshness {
    private static final Logger LOG = LoggerFactory.getLogger(ProvenFreshness.class);

    /**
     * Answers that wait for their revision to be applied, per replica. Of more, the oldest and the newest are kept: the former
     * come true first where the replica is behind, the latter says most where nobody has asked for long.
     */
    private static final int PENDING_MAX = 16;

    private final ReplicaHost host;
    private final ReadBarrier barrier;
    private final LeaderQuestions leaders;
    private final NanoClock clock;
    private final ConcurrentMap<GroupId, Proof> proofs = new ConcurrentHashMap<>();

    /** Nothing is proved before the first tick. */
    public ProvenFreshness(ReplicaHost host, ReadBarrier barrier, LeaderQuestions leaders, NanoClock clock) {
        this.host = host;
        this.barrier = barrier;
        this.leaders = leaders;
        this.clock = clock;
    }

    /** Begins a new proof for each replica. To be called every second or so. */
    public void tick() {
        proofs.keySet()
                .retainAll(host.replicas().stream().map(ShardReplica::group).collect(Collectors.toSet()));
        for (ShardReplica replica : host.replicas()) {
            Proof proof = proofs.computeIfAbsent(replica.group(), group -> new Proof());
            long askedAt = clock.nanos();
            if (replica.serving()) {
                barrier.confirm(replica, new Confirmation(replica.reader(), proof, askedAt));
            } else {
                ServerId leader = replica.division().leaderHint();
                if (leader != null) {
                    leaders.askRevision(leader, replica, revision -> proof.answered(askedAt, revision));
                }
            }
        }
    }

    @Override
    public OptionalLong freshAtNanos(ShardReplica replica, long revision) {
        Proof proof = proofs.get(replica.group());
        return proof == null ? OptionalLong.empty() : proof.freshAt(revision);
    }

    private record Answer(long askedAtNanos, long revision) {}

    /** The state is that of the question: one that replaces it meanwhile may be behind what was confirmed. */
    private record Confirmation(ShardReader state, Proof proof, long askedAtNanos) implements ReadBarrier.Waiter {
        @Override
        public void serve() {
            try {
                ShardMeta meta = state.meta();
                if (meta != null) {
                    // Whatever was committed before is applied here already.
                    proof.answered(askedAtNanos, meta.revision());
                }
            } catch (EngineClosedException e) {
                LOG.debug("event=freshness-not-proved", e);
            }
        }

        @Override
        public void refuse(ErrorCode code, @Nullable ServerId leader) {
            // Nothing is proved this time.
        }
    }

    /** What is known of one replica. */
    private static final class Proof {
        private final Deque<Answer> pending = new ArrayDeque<>();
        private @Nullable Answer newest;

        synchronized void answered(long askedAtNanos, long revision) {
            if (pending.size() == PENDING_MAX) {
                pending.removeLast();
            }
            pending.addLast(new Answer(askedAtNanos, revision));
        }

        /** A proof says nothing of a state older than it, as when a replica is rebuilt. */
        synchronized OptionalLong freshAt(long revision) {
            pending.removeIf(answer -> {
                boolean applied = answer.revision() <= revision;
                if (applied && (newest == null || answer.askedAtNanos() - newest.askedAtNanos() > 0)) {
                    newest = answer;
                }
                return applied;
            });
            Answer proof = newest;
            return proof == null || proof.revision() > revision
                    ? OptionalLong.empty()
                    : OptionalLong.of(proof.askedAtNanos());
        }
    }
}
