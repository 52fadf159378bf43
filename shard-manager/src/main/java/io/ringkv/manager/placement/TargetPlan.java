package io.ringkv.manager.placement;

import io.ringkv.common.id.ServerId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/**
 * Which servers shall take the replicas that have to be placed, all of these looked at together.
 *
 * <p><b>Goals.</b> As even as can be once all of it is carried out, so that nothing has to be copied a second time. The same
 * number of copies whatever part of it can start first: together with that part a new plan for the rest is as even again.
 *
 * <p><b>Constraints.</b> Those of {@link Constraints}. No replica that exists is touched.
 *
 * <p><b>Algorithm.</b> (1) On a layout of its own every symptom is treated with the target that is best at that moment; also
 * where the leader has to go first, or a shard is on hold, because their replicas will want a place a little later. (2) As
 * long as there is a chain along which placements can be passed on to a server that has at least two replicas less ({@link
 * ChainSearch}), they are.
 *
 * <p>Example: three shards leave a server, and a, b and c have equally many replicas. The first takes a, the second b; the
 * third is on c already, and would make a the second time. Instead the first one is given to c, and the third to a.
 *
 * <p>Used once, by one thread.
 */
final class TargetPlan implements ChainSearch.Passing {

    private final Layout layout;
    private final Constraints constraints;

    /** By shard. */
    private final Map<Integer, Placement> placements = new TreeMap<>();

    /** Of each server, shards of which it is to be given a replica. */
    private final List<SortedSet<Integer>> placedOn = new ArrayList<>();

    /**
     * A replica that has to be placed.
     *
     * @param source server whose replica it takes the place of, or {@link Layout#NONE}
     * @param target where
     */
    private record Placement(int source, int target) {}

    private TargetPlan(Layout layout) {
        this.layout = layout;
        this.constraints = new Constraints(layout);
        for (int server = 0; server < layout.servers(); server++) {
            placedOn.add(new TreeSet<>());
        }
    }

    /** For all that has to be placed in this view. */
    static TargetPlan of(PlacementView view) {
        TargetPlan plan = new TargetPlan(new Layout(asItWillBe(view)));
        plan.place();
        plan.passOn();
        return plan;
    }

    /** Nothing has to be placed in this view. */
    static TargetPlan none(PlacementView view) {
        return new TargetPlan(new Layout(view.withShards(List.of())));
    }

    /** A little later: nothing is on hold, and leadership is where it shall be. */
    private static PlacementView asItWillBe(PlacementView view) {
        return view.withShards(view.shards().stream()
                .map(shard -> {
                    ShardOperation operation = shard.operation();
                    boolean isTransfer = operation != null && !operation.kind().changesVoters();
                    return (isTransfer ? shard.withOperation(null) : shard).withHold(false);
                })
                .toList());
    }

    private void place() {
        Remedies remedies = new Remedies(layout, constraints, this);
        for (Symptom symptom : PlacementChecker.symptoms(layout, constraints)) {
            Proposal remedy = symptom.kind() == FindingKind.LEADER_TO_GO
                    ? null
                    : remedies.treat(symptom).remedy();
            if (remedy != null && remedy.kind().copiesData()) {
                ServerId source = remedy.source();
                ServerId target = remedy.target();
                if (target != null) {
                    put(symptom.shard(), source == null ? Layout.NONE : layout.number(source), layout.number(target));
                }
            }
        }
    }

    private void put(int shard, int source, int target) {
        placements.put(shard, new Placement(source, target));
        placedOn.get(target).add(shard);
    }

    private void passOn() {
        boolean isAnyFound = !placements.isEmpty();
        while (isAnyFound) {
            ChainSearch search = new ChainSearch(this, layout.servers());
            isAnyFound = false;
            for (ChainSearch.Hop hop = search.next(); hop != null; hop = search.next()) {
                passOn(hop);
                isAnyFound = true;
            }
        }
    }

    private void passOn(ChainSearch.Hop hop) {
        int best = Layout.NONE;
        long bestShared = Long.MAX_VALUE;
        for (int shard : placedOn.get(hop.source())) {
            if (constraints.obstacle(shard, hop.source(), hop.target()) == null) {
                long shared = layout.companions().sharedWith(hop.target(), shard, hop.source());
                if (shared < bestShared) {
                    best = shard;
                    bestShared = shared;
                }
            }
        }
        Placement present = placements.get(best);
        if (present == null) {
            throw new IllegalStateException("nothing that is placed on " + layout.label(hop.source()) + " can go to "
                    + layout.label(hop.target()) + ", though something could just now");
        }
        placedOn.get(hop.source()).remove(best);
        put(best, present.source(), hop.target());
        layout.change(best, hop.source(), hop.target());
    }

    /**
     * Where a replica shall be placed, or {@link Layout#NONE} if nothing was planned for it.
     *
     * @param source server whose replica it takes the place of, or {@link Layout#NONE}
     */
    int target(int shard, int source) {
        Placement planned = placements.get(shard);
        return planned == null || planned.source() != source ? Layout.NONE : planned.target();
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
        SortedSet<Integer> shards = placedOn.get(source);
        if (shards.isEmpty()) {
            return;
        }
        BitSet servers = (BitSet) unseen.clone();
        for (int server = servers.nextSetBit(0); server >= 0; server = servers.nextSetBit(server + 1)) {
            if (canTakeAny(server, source, shards)) {
                target.accept(server);
            }
        }
    }

    private boolean canTakeAny(int server, int source, SortedSet<Integer> shards) {
        for (int shard : shards) {
            if (constraints.obstacle(shard, source, server) == null) {
                return true;
            }
        }
        return false;
    }
}
