package io.ringkv.manager.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Looks for what is wrong with a placement and says what would mend it.
 *
 * <p><b>Goals</b>, in this order:
 *
 * <ol>
 *   <li>No shard loses its majority because of a change: what has lost it already is only reported.
 *   <li>What is nearest to losing its majority is mended first.
 *   <li>A replica is copied at most once: targets are chosen so that the result is even as well.
 *   <li>The sentence of each finding says all that an operator needs: what, where, and what is done or is missing.
 * </ol>
 *
 * <p><b>Constraints</b>, never broken by a remedy: those of {@link Constraints}; at most one remedy per shard, none for a
 * shard that is busy or on hold; a replica whose server lives moves only while every voter of its shard answers.
 *
 * <p><b>Algorithm.</b> (1) {@link Symptoms}: every shard and every server is looked at by itself. (2) Symptoms are sorted:
 * by kind, then by how many more voters the shard could lose, then by shard, then by server. (3) {@link TargetPlan}: places
 * for all replicas that need one. (4) In the order of symptoms, {@link Remedies} chooses what to do and plays it on the
 * layout, so that later choices see it.
 *
 * <p>Example, servers a b c d, three replicas wanted, b is DOWN, shard 1 on a b c, shard 2 on a b d: shard 1 finds its
 * replacement on d, shard 2 on c.
 *
 * <p>Time: O(replicas × log) to look, O(servers) per remedy.
 */
public final class PlacementChecker {

    private static final Comparator<Symptom> URGENT_FIRST = Comparator.comparing(Symptom::kind)
            .thenComparingInt(Symptom::spare)
            .thenComparingInt(Symptom::shard)
            .thenComparingInt(Symptom::server);

    private PlacementChecker() {}

    /**
     * What is wrong, most urgent first. The remedies can be carried out in any order and any of them alone.
     *
     * <p>A remedy is a step: when it is done, the shard may show the next thing wrong with it.
     */
    public static List<Finding> check(PlacementView view) {
        return check(new Layout(view));
    }

    /** As above; the layout shows the remedies as if they had been carried out, when it returns. */
    static List<Finding> check(Layout layout) {
        Constraints constraints = new Constraints(layout);
        List<Symptom> symptoms = symptoms(layout, constraints);
        boolean needsPlaces =
                symptoms.stream().anyMatch(symptom -> symptom.kind().needsPlace());
        TargetPlan targets = needsPlaces ? TargetPlan.of(layout.view()) : TargetPlan.none(layout.view());
        Remedies remedies = new Remedies(layout, constraints, targets);
        List<Finding> findings = new ArrayList<>(symptoms.size());
        for (Symptom symptom : symptoms) {
            findings.add(remedies.treat(symptom));
        }
        return List.copyOf(findings);
    }

    /** All symptoms, most urgent first. */
    static List<Symptom> symptoms(Layout layout, Constraints constraints) {
        List<Symptom> symptoms = Symptoms.of(layout, constraints);
        symptoms.sort(URGENT_FIRST);
        return symptoms;
    }
}
