package io.ringkv.manager.placement;

import io.ringkv.common.id.ShardId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The whole policy in one call: first mend, then even out. */
public final class Planner {

    private Planner() {}

    /**
     * What to do now, most urgent first; empty when there is nothing. As long as something can be mended nothing is evened
     * out: what is mended may even it out for nothing. What cannot be mended, or is on hold, keeps nothing waiting.
     */
    public static List<Proposal> propose(PlacementView view) {
        return propose(view, PlacementChecker.check(view));
    }

    /**
     * As above for a caller that has the findings.
     *
     * @param findings what {@link PlacementChecker} found in this view
     */
    public static List<Proposal> propose(PlacementView view, List<Finding> findings) {
        List<Proposal> repairs = new ArrayList<>();
        for (Finding finding : findings) {
            Proposal remedy = finding.remedy();
            if (remedy != null) {
                repairs.add(remedy);
            }
        }
        if (!repairs.isEmpty()) {
            return List.copyOf(repairs);
        }
        return isToBeMendedSoon(view) ? List.of() : Balancer.propose(view);
    }

    /**
     * Whether a shard shows what is wrong with it as soon as its leader has gone elsewhere: a replica of a server that is being
     * emptied waits for that. What is evened out before would have to be evened out again.
     */
    private static boolean isToBeMendedSoon(PlacementView view) {
        Set<ShardId> passing = new HashSet<>();
        List<ShardView> shards = new ArrayList<>();
        for (ShardView shard : view.shards()) {
            ShardOperation operation = shard.operation();
            if (operation == null || operation.kind().changesVoters()) {
                shards.add(shard);
            } else {
                passing.add(shard.shard());
                shards.add(shard.after(operation));
            }
        }
        return !passing.isEmpty()
                && PlacementChecker.check(view.withShards(shards)).stream()
                        .anyMatch(finding -> finding.remedy() != null && passing.contains(finding.shard()));
    }
}
