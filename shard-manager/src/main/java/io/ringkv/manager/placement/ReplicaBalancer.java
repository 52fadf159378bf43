package io.ringkv.manager.placement;

import io.ringkv.manager.operation.OperationKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Evens out how many replicas servers hold.
 *
 * <p>Where from and where to is the business of {@link ChainSearch}. Which shard: of those that may move there the one that
 * evens out data best, in steps of an eighth of a server's average; of equals one the source does not lead, because a leader
 * has to be changed first; of equals the one that shares the fewest shards with its new companions; of equals the first.
 *
 * <p>Used once, by one thread.
 */
final class ReplicaBalancer implements ChainSearch.Passing {

    private static final int LOAD_STEPS = 8;

    private final Layout layout;
    private final Constraints constraints;

    /** Per zone, whether any shard of the source looked at may move there, and which. Reused from call to call. */
    private final List<List<Integer>> shardsForZone = new ArrayList<>();

    /** Servers that may be given replicas, per zone. */
    private final List<BitSet> servingInZone = new ArrayList<>();

    private final long loadStepBytes;

    private ReplicaBalancer(Layout layout) {
        this.layout = layout;
        this.constraints = new Constraints(layout);
        long load = 0;
        int serving = 0;
        for (int zone = 0; zone < layout.zones(); zone++) {
            shardsForZone.add(new ArrayList<>());
            servingInZone.add(new BitSet());
        }
        for (int server = 0; server < layout.servers(); server++) {
            if (layout.standing(server) == ServerStanding.SERVING) {
                servingInZone.get(layout.zoneOf(server)).set(server);
                load += layout.loadBytes(server);
                serving++;
            }
        }
        this.loadStepBytes = Math.max(1, load / Math.max(1, serving) / LOAD_STEPS);
    }

    /** Moves that can be carried out in any order and any of them alone; the layout shows them as done. */
    static List<Proposal> propose(Layout layout) {
        ReplicaBalancer balancer = new ReplicaBalancer(layout);
        ChainSearch search = new ChainSearch(balancer, layout.servers());
        List<Proposal> proposals = new ArrayList<>();
        for (ChainSearch.Hop hop = search.next(); hop != null; hop = search.next()) {
            proposals.add(balancer.move(hop));
        }
        return proposals;
    }

    @Override
    public int count(int server) {
        return layout.replicas(server);
    }

    @Override
    public ServersByCount byCount() {
        return layout.serving();
    }

    @Override
    public void targets(int source, BitSet unseen, IntConsumer target) {
        sortMovable(source);
        for (int zone = 0; zone < layout.zones(); zone++) {
            List<Integer> shards = shardsForZone.get(zone);
            if (shards.isEmpty()) {
                continue;
            }
            BitSet servers = (BitSet) servingInZone.get(zone).clone();
            servers.and(unseen);
            for (int server = servers.nextSetBit(0); server >= 0; server = servers.nextSetBit(server + 1)) {
                if (canTakeAny(server, shards)) {
                    target.accept(server);
                }
            }
        }
    }

    private void sortMovable(int source) {
        shardsForZone.forEach(List::clear);
        for (int shard : layout.shardsOn(source)) {
            if (layout.isMovable(shard)) {
                for (int zone = 0; zone < layout.zones(); zone++) {
                    if (constraints.hasRoomInZone(shard, source, zone)) {
                        shardsForZone.get(zone).add(shard);
                    }
                }
            }
        }
    }

    private boolean canTakeAny(int server, List<Integer> shards) {
        for (int shard : shards) {
            if (!layout.holds(server, shard) && constraints.hasFreeDisk(shard, server)) {
                return true;
            }
        }
        return false;
    }

    private Proposal move(ChainSearch.Hop hop) {
        int source = hop.source();
        int target = hop.target();
        int shard = bestShard(source, target);
        int sourceHolds = layout.replicas(source);
        int targetHolds = layout.replicas(target);
        ShardOperation operation = new ShardOperation(
                OperationKind.MOVE_REPLICA,
                layout.server(source).server(),
                layout.server(target).server());
        Moves.play(layout, shard, operation);
        return new Proposal(
                layout.shard(shard).shard(),
                operation,
                PlacementRule.EVEN_REPLICAS,
                reason(hop, sourceHolds, targetHolds),
                "replicas on " + layout.label(source) + " " + sourceHolds + " to " + (sourceHolds - 1) + ", on "
                        + layout.label(target) + " " + targetHolds + " to " + (targetHolds + 1));
    }

    private String reason(ChainSearch.Hop hop, int sourceHolds, int targetHolds) {
        String source = layout.label(hop.source());
        String target = layout.label(hop.target());
        if (hop.origin() == hop.source()) {
            return "Server " + source + " holds " + sourceHolds + " replicas, " + target + " only " + targetHolds + ".";
        }
        return "Server " + source + " makes room for a replica of " + layout.label(hop.origin())
                + ", which cannot give one to " + target + " itself.";
    }

    private int bestShard(int source, int target) {
        int best = Layout.NONE;
        ShardCost bestCost = ShardCost.WORST;
        for (int shard : layout.shardsOn(source)) {
            if (layout.isMovable(shard) && constraints.obstacle(shard, source, target) == null) {
                ShardCost cost = cost(shard, source, target);
                if (cost.compareTo(bestCost) < 0) {
                    best = shard;
                    bestCost = cost;
                }
            }
        }
        if (best == Layout.NONE) {
            throw new IllegalStateException("no shard of " + layout.label(source) + " can move to "
                    + layout.label(target) + ", though one could just now");
        }
        return best;
    }

    private ShardCost cost(int shard, int source, int target) {
        long moved = layout.shard(shard).dataBytes();
        long difference = Math.abs(layout.loadBytes(source) - layout.loadBytes(target) - 2 * moved);
        return new ShardCost(
                difference / loadStepBytes,
                layout.leader(shard) == source ? 1 : 0,
                layout.companions().sharedWith(target, shard, source));
    }

    /** What speaks against moving a shard, gravest first. */
    private record ShardCost(long loadSteps, int leaders, long shared) implements Comparable<ShardCost> {

        static final ShardCost WORST = new ShardCost(Long.MAX_VALUE, 0, 0);

        @Override
        public int compareTo(ShardCost other) {
            if (loadSteps != other.loadSteps) {
                return Long.compare(loadSteps, other.loadSteps);
            }
            return leaders != other.leaders
                    ? Integer.compare(leaders, other.leaders)
                    : Long.compare(shared, other.shared);
        }
    }
}
