package io.ringkv.manager.placement;

/**
 * What the steps of a plan cost.
 *
 * @param shardsChanged shards whose voters change
 * @param replicasCopied replicas that are copied to another server
 * @param bytesCopied their data
 * @param leaderChanges how often leadership passes to another server
 * @param lowestReplicas the fewest living replicas any shard has at any time, from now to the end
 * @param estimatedMillis time it takes at the given limits if nothing hinders it
 */
public record PlanCost(
        int shardsChanged,
        int replicasCopied,
        long bytesCopied,
        int leaderChanges,
        int lowestReplicas,
        long estimatedMillis) {

    /** Of a plan without steps. */
    static PlanCost none(PlacementView view) {
        return new PlanCost(0, 0, 0, 0, lowestReplicas(new Layout(view)), 0);
    }

    /** The fewest living replicas of any shard; 0 if there are no shards. */
    static int lowestReplicas(Layout layout) {
        int lowest = Integer.MAX_VALUE;
        for (int shard = 0; shard < layout.shards(); shard++) {
            lowest = Math.min(lowest, living(layout, shard));
        }
        return lowest == Integer.MAX_VALUE ? 0 : lowest;
    }

    static int living(Layout layout, int shard) {
        int living = 0;
        for (int voter : layout.voters(shard)) {
            if (layout.isAlive(voter)) {
                living++;
            }
        }
        return living;
    }
}
