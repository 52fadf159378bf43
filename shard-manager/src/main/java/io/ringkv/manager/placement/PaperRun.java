package io.ringkv.manager.placement;

import io.ringkv.common.id.ShardId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets the planner run on paper: round by round everything it proposes is done, until it proposes nothing more.
 *
 * <p>Used once, by one thread.
 */
final class PaperRun {

    /**
     * Far more rounds than any cluster needs. Each round but the last makes the placement better by a measure that cannot
     * fall for ever, so reaching it is a bug.
     */
    private static final int MAX_ROUNDS = 10_000;

    private final List<List<Proposal>> rounds = new ArrayList<>();
    private final Set<ShardId> changed = new HashSet<>();
    private PlacementView view;
    private int copied;
    private long copiedBytes;
    private int leaderChanges;
    private int lowest;
    private long estimatedMillis;

    private PaperRun(PlacementView view) {
        this.view = view;
    }

    /**
     * Runs until nothing more is proposed.
     *
     * @throws IllegalStateException if there is no end
     */
    static PaperRun toTheEnd(PlacementView start, OperationLimits limits) {
        PaperRun run = new PaperRun(released(start));
        run.lowest = PlanCost.lowestReplicas(new Layout(start));
        run.view = new Layout(run.view).asView();
        List<Proposal> proposals = Planner.propose(run.view);
        while (!proposals.isEmpty()) {
            if (run.rounds.size() == MAX_ROUNDS) {
                throw new IllegalStateException("the planner does not come to rest: after " + MAX_ROUNDS
                        + " rounds it still proposes " + proposals.get(0));
            }
            run.carryOut(proposals);
            proposals = Planner.propose(run.view);
        }
        run.estimatedMillis = new TimeEstimate(limits, start).of(run.rounds);
        return run;
    }

    private static PlacementView released(PlacementView view) {
        return view.withShards(
                view.shards().stream().map(shard -> shard.withHold(false)).toList());
    }

    private void carryOut(List<Proposal> proposals) {
        Layout layout = new Layout(view);
        Map<ShardId, Integer> numbers = new HashMap<>();
        for (int shard = 0; shard < layout.shards(); shard++) {
            numbers.put(layout.shard(shard).shard(), shard);
        }
        for (Proposal proposal : proposals) {
            carryOut(layout, numbers.getOrDefault(proposal.shard(), Layout.NONE), proposal);
        }
        rounds.add(proposals);
        view = layout.asView();
    }

    private void carryOut(Layout layout, int shard, Proposal proposal) {
        int leader = layout.leader(shard);
        Moves.play(layout, shard, proposal.change());
        if (leader != Layout.NONE && leader != layout.leader(shard)) {
            leaderChanges++;
        }
        if (proposal.kind().changesVoters()) {
            changed.add(proposal.shard());
            lowest = Math.min(lowest, PlanCost.living(layout, shard));
        }
        if (proposal.kind().copiesData()) {
            copied++;
            copiedBytes += layout.shard(shard).dataBytes();
        }
    }

    /** The placement at the end. */
    PlacementView view() {
        return view;
    }

    /** All proposals in their order. */
    List<Proposal> steps() {
        return rounds.stream().flatMap(List::stream).toList();
    }

    PlanCost cost() {
        return new PlanCost(changed.size(), copied, copiedBytes, leaderChanges, lowest, estimatedMillis);
    }
}
