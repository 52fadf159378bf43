package io.ringkv.manager.placement;

import java.util.ArrayList;
import java.util.List;

/** The whole policy in one call: first mend, then even out. */
public final class Planner {

    private Planner() {}

    /**
     * What to do now, most urgent first; empty when there is nothing. As long as something can be mended nothing is evened
     * out: what is mended may even it out for nothing. What cannot be mended now, or is on hold, keeps nothing waiting.
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
        return repairs.isEmpty() ? Balancer.propose(view) : List.copyOf(repairs);
    }
}
