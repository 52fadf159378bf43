package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long operations take at given limits. A round takes as long as its busiest part: the whole cluster, or one server,
 * each working through what falls to it as many at a time as allowed, but at least as long as its longest operation.
 */
final class TimeEstimate {

    private final OperationLimits limits;
    private final int changesAtOnce;
    private final int transfersAtOnce;
    private final Map<ShardId, Long> bytesOf = new HashMap<>();

    TimeEstimate(OperationLimits limits, PlacementView view) {
        this.limits = limits;
        this.changesAtOnce = limits.changesAtOnce(view);
        this.transfersAtOnce = limits.transfersAtOnce(view);
        view.shards().forEach(shard -> bytesOf.put(shard.shard(), shard.dataBytes()));
    }

    long of(List<List<Proposal>> rounds) {
        return rounds.stream().mapToLong(this::ofRound).sum();
    }

    private long ofRound(List<Proposal> round) {
        long longest = 0;
        long changes = 0;
        long transfers = 0;
        Map<ServerId, Long> ofServer = new HashMap<>();
        for (Proposal proposal : round) {
            long millis = limits.estimatedMillis(proposal.kind(), bytesOf.getOrDefault(proposal.shard(), 0L));
            longest = Math.max(longest, millis);
            if (proposal.kind().changesVoters()) {
                changes += millis;
                OperationLimits.busyServers(proposal.change())
                        .forEach(server -> ofServer.merge(server, millis, Long::sum));
            } else {
                transfers += millis;
            }
        }
        long busiestServer =
                ofServer.values().stream().mapToLong(Long::longValue).max().orElse(0) / limits.changesPerServer();
        long cluster = Math.max(changes / changesAtOnce, transfers / transfersAtOnce);
        return Math.max(longest, Math.max(busiestServer, cluster));
    }
}
