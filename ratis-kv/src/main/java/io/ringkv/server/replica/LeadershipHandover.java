package io.ringkv.server.replica;

import io.ringkv.common.time.Deadline;
import io.ringkv.common.time.NanoClock;
import io.ringkv.raft.FollowerProgress;
import io.ringkv.raft.RaftDivision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the leaderships of a server to others, each to the follower that has most of the log, before the server stops. */
final class LeadershipHandover {
    private static final Logger LOG = LoggerFactory.getLogger(LeadershipHandover.class);

    /** A follower that has been silent for longer is not asked: it may be dead. */
    private static final long MOST_SILENT_MILLIS = 1_000;

    private final NanoClock clock;

    LeadershipHandover(NanoClock clock) {
        this.clock = clock;
    }

    /** Hands all away, all at the same time; returns when that is done or the time is over. Waits. */
    void run(List<HostedReplica> replicas, long timeoutMillis) {
        Deadline deadline = Deadline.afterMillis(clock, timeoutMillis);
        List<CompletableFuture<Void>> transfers = new ArrayList<>();
        for (HostedReplica replica : replicas) {
            RaftDivision division = replica.raftDivision();
            if (division != null && division.state().leader()) {
                List<Long> candidates =
                        candidates(division.followers(), division.state().voters());
                if (!candidates.isEmpty()) {
                    transfers.add(transfer(replica, division, candidates, 0, deadline));
                }
            }
        }
        try {
            CompletableFuture.allOf(transfers.toArray(CompletableFuture[]::new))
                    .get(deadline.remainingMillis(clock), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("event=handover-incomplete why=\"{}\"", e.toString());
        }
    }

    /** Whom to ask, best first: voters who answered lately, and have most of the log. */
    static List<Long> candidates(List<FollowerProgress> followers, Set<Long> voters) {
        return followers.stream()
                .filter(follower -> voters.contains(follower.id()))
                .filter(follower -> follower.silentMillis() <= MOST_SILENT_MILLIS)
                .sorted(Comparator.comparingLong(FollowerProgress::matchIndex)
                        .reversed()
                        .thenComparing(FollowerProgress::id))
                .map(FollowerProgress::id)
                .toList();
    }

    private CompletableFuture<Void> transfer(
            HostedReplica replica, RaftDivision division, List<Long> candidates, int next, Deadline deadline) {
        // Half of what is left for the first, so that the second has a chance too.
        long share = Math.max(1, deadline.remainingMillis(clock) / (candidates.size() - next));
        return division.transferLeadership(candidates.get(next), share).exceptionallyCompose(failure -> {
            LOG.info("event=handover-failed shard={} why=\"{}\"", replica.shard(), failure.getMessage());
            boolean another = next + 1 < candidates.size()
                    && !deadline.isExpired(clock)
                    && division.state().leader();
            return another
                    ? transfer(replica, division, candidates, next + 1, deadline)
                    : CompletableFuture.completedFuture(null);
        });
    }
}
