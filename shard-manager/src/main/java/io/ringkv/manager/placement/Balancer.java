package io.ringkv.manager.placement;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Proposes changes that make a placement even, and none when it is.
 *
 * <p><b>Goals</b>, in this order:
 *
 * <ol>
 *   <li>Replicas per server as even as the constraints allow: within one of each other if no zone is too small to take its
 *       share, and within one of each other inside every zone in any case.
 *   <li>Leaders per server as even as the voters allow.
 *   <li>No server holds clearly more data than the average.
 *   <li>As few moves as that takes. A server that joins is given its fair share and nothing else happens.
 *   <li>Stillness: a difference of one is left alone, and so is data within the tolerance. Carrying out what is proposed, or
 *       any part of it, leads to a placement nearer to one in which nothing is proposed.
 * </ol>
 *
 * <p><b>Constraints</b>, never broken: those of {@link Constraints}. Only servers that serve give and take. Only shards of
 * which every voter answers and on which nothing is under way are touched, and each at most once per call.
 *
 * <p><b>Algorithm.</b> (1) {@link ReplicaBalancer}. (2) If there are no replicas to move, and none are being moved, {@link
 * LeaderBalancer}: moves change leaders, so these are evened out once, afterwards. (3) If there are no leaders to change
 * either, {@link LoadBalancer}. All three judge a placement as it will be when what is under way has succeeded.
 *
 * <p>Example: servers a b c with six shards on all three, and d joins empty. Counts 6 6 6 0 become 5 5 4 4 by four moves; that
 * is its fair share, 18 / 4 rounded down. Then leaders 2 2 2 0 become 2 2 1 1 by one transfer, and there is stillness.
 *
 * <p>Time: O(replicas) when there is nothing to do; about O(servers) more per change.
 */
public final class Balancer {

    private Balancer() {}

    /**
     * What to change, if nothing is wrong. The proposals can be carried out in any order and any of them alone, except that
     * an exchange of data is of use only as a whole.
     */
    public static List<Proposal> propose(PlacementView view) {
        Layout layout = new Layout(view);
        List<Proposal> moves = ReplicaBalancer.propose(layout);
        if (!moves.isEmpty() || view.shards().stream().anyMatch(Balancer::isChangingVoters)) {
            return moves;
        }
        List<Proposal> transfers = LeaderBalancer.propose(layout);
        if (!transfers.isEmpty() || view.shards().stream().anyMatch(ShardView::isBusy)) {
            return transfers;
        }
        return LoadBalancer.propose(layout);
    }

    private static boolean isChangingVoters(ShardView shard) {
        @Nullable ShardOperation operation = shard.operation();
        return operation != null && operation.kind().changesVoters();
    }
}
