package io.ringkv.manager.placement;

import java.util.ArrayList;
import java.util.List;

/**
 * What a change of the cluster will cost, found out by letting the planner run on paper until it has nothing more to propose:
 * by the same code that makes the change, so that plan and deed agree.
 *
 * <p>It reckons that every operation succeeds, that what is under way now has succeeded already, that no shard is on hold,
 * and that servers stay as heard or silent as they are.
 *
 * @param change the change
 * @param refusals why it must not be made, one sentence each; if there are any, there are no steps and no costs
 * @param warnings what it brings with it that one would rather know
 * @param steps the operations, in the order in which they may start
 * @param cost what they cost
 * @param remaining what will be wrong when all is done
 * @param result the placement when all is done
 */
public record Plan(
        PlannedChange change,
        List<String> refusals,
        List<String> warnings,
        List<Proposal> steps,
        PlanCost cost,
        List<Finding> remaining,
        PlacementView result) {

    /** A server that holds so many times the average, and as many replicas more, is worth a warning. */
    private static final int OVERFULL_FACTOR = 2;

    /** Keeps copies. */
    public Plan {
        refusals = List.copyOf(refusals);
        warnings = List.copyOf(warnings);
        steps = List.copyOf(steps);
        remaining = List.copyOf(remaining);
    }

    /**
     * Plans a change.
     *
     * @param view the cluster as it is now
     * @param limits how much may be under way at once, for the estimate of time
     */
    public static Plan of(PlacementView view, PlannedChange change, OperationLimits limits) {
        List<String> refusals = ChangeRules.refusals(view, change);
        if (!refusals.isEmpty()) {
            return refused(view, change, refusals);
        }
        PaperRun run = PaperRun.toTheEnd(ChangeRules.apply(view, change), limits);
        List<Finding> remaining = PlacementChecker.check(run.view());
        refusals = refusalsAfter(change, remaining);
        if (!refusals.isEmpty()) {
            return refused(view, change, refusals);
        }
        List<String> warnings = new ArrayList<>(ChangeRules.warnings(view, change));
        warnings.addAll(overfull(run.view()));
        return new Plan(change, List.of(), warnings, run.steps(), run.cost(), remaining, run.view());
    }

    /** Whether the change can be made. */
    public boolean isPossible() {
        return refusals.isEmpty();
    }

    private static Plan refused(PlacementView view, PlannedChange change, List<String> refusals) {
        return new Plan(
                change, refusals, List.of(), List.of(), PlanCost.none(view), PlacementChecker.check(view), view);
    }

    /** The fullest server, if it holds far more than others could: what zones of unlike size come to. */
    private static List<String> overfull(PlacementView view) {
        Layout layout = new Layout(view);
        int fullest = Layout.NONE;
        int serving = 0;
        int replicas = 0;
        for (int server = 0; server < layout.servers(); server++) {
            if (layout.standing(server) == ServerStanding.SERVING) {
                serving++;
                replicas += layout.replicas(server);
                if (fullest == Layout.NONE || layout.replicas(server) > layout.replicas(fullest)) {
                    fullest = server;
                }
            }
        }
        int most = fullest == Layout.NONE ? 0 : layout.replicas(fullest);
        if ((long) most * serving <= (long) OVERFULL_FACTOR * (replicas + serving)) {
            return List.of();
        }
        return List.of("Server " + layout.label(fullest) + " will hold " + most + " replicas, the average is "
                + replicas / serving + ": its zone has too few servers for its share.");
    }

    /** A server that could not be emptied, or replicas that found no place: what only trying shows. */
    private static List<String> refusalsAfter(PlannedChange change, List<Finding> remaining) {
        List<String> refusals = new ArrayList<>();
        for (Finding finding : remaining) {
            boolean isDue = switch (finding.kind()) {
                case DRAINING_REPLICA -> change instanceof PlannedChange.Drain;
                case TOO_FEW_REPLICAS -> change instanceof PlannedChange.Replication;
                default -> false;
            };
            if (isDue && finding.needsPlace()) {
                refusals.add(finding.sentence());
            }
        }
        return refusals;
    }
}
