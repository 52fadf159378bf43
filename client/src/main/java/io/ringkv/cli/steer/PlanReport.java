package io.ringkv.cli.steer;

import io.ringkv.cli.Console;
import io.ringkv.cli.output.Sizes;
import io.ringkv.cli.output.Table;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ExitCode;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterPlan;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.PlannedStep;
import io.ringkv.rpc.Question;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks for a plan and shows it. Stateless. */
final class PlanReport {

    /** Field of the JSON document that {@code apply} reads. */
    static final String APPLY = "apply";

    private static final int STEPS_SHOWN = 20;

    private PlanReport() {}

    /**
     * Shows a plan.
     *
     * @param change what makes it true, null if no command does
     * @return exit code: SAFETY when the change is refused
     */
    static int show(
            RingKvClient client,
            Console console,
            PlanQuestion question,
            @Nullable ChangeRequest change,
            Duration timeout)
            throws Exception {
        ClusterPlan plan = client.admin()
                .ask(Question.newBuilder().setPlan(question).build(), timeout)
                .get()
                .getPlan();
        if (console.json()) {
            console.document(describe(plan, change));
        } else {
            print(plan, change, console);
        }
        return plan.getRefusalsCount() == 0 ? 0 : ExitCode.SAFETY.value();
    }

    private static Map<String, @Nullable Object> describe(ClusterPlan plan, @Nullable ChangeRequest change) {
        Map<String, @Nullable Object> document = Console.document();
        document.put("ringEpoch", plan.getRingEpoch());
        document.put("possible", plan.getRefusalsCount() == 0);
        document.put("refusals", plan.getRefusalsList());
        document.put("warnings", plan.getWarningsList());
        document.put("operations", plan.getStepsTotal());
        document.put("shardsChanged", plan.getShardsChanged());
        document.put("replicasCopied", plan.getReplicasCopied());
        document.put("bytesCopied", plan.getBytesCopied());
        document.put("leaderChanges", plan.getLeaderChanges());
        document.put("lowestReplicas", plan.getLowestReplicas());
        document.put("estimatedMillis", plan.getEstimatedMillis());
        document.put(
                "steps", plan.getStepsList().stream().map(PlanReport::describe).toList());
        document.put("remaining", plan.getRemainingList());
        document.put("effects", plan.getEffectsList());
        if (change != null && plan.getRefusalsCount() == 0) {
            ChangeRequest bound =
                    change.toBuilder().setExpectedRingEpoch(plan.getRingEpoch()).build();
            document.put(APPLY, Base64.getEncoder().encodeToString(bound.toByteArray()));
        }
        return document;
    }

    private static Map<String, @Nullable Object> describe(PlannedStep step) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("operation", step.getKind());
        object.put("shard", step.getShard() == 0 ? null : step.getShard());
        object.put("from", step.getSource().isEmpty() ? null : step.getSource());
        object.put("to", step.getTarget().isEmpty() ? null : step.getTarget());
        object.put("rule", step.getRule());
        object.put("reason", step.getReason());
        object.put("gain", step.getGain());
        return object;
    }

    private static void print(ClusterPlan plan, @Nullable ChangeRequest change, Console console) {
        console.line(console.bold("Plan") + " for ring epoch " + plan.getRingEpoch());
        plan.getRefusalsList().forEach(refusal -> console.line("  " + console.red("refused: ") + refusal));
        plan.getWarningsList().forEach(warning -> console.line("  " + console.yellow("! ") + warning));
        if (plan.getRefusalsCount() > 0) {
            return;
        }
        plan.getEffectsList().forEach(effect -> console.line("  " + effect));
        if (plan.getEffectsCount() == 0 || plan.getShardsChanged() > 0) {
            printCost(plan, console);
        }
        if (change != null) {
            console.say("Nothing is changed. To make just this change, or none: the same command with --if-epoch "
                    + plan.getRingEpoch() + ".");
        }
    }

    private static void printCost(ClusterPlan plan, Console console) {
        console.line("  operations            " + plan.getStepsTotal() + ", on " + plan.getShardsChanged() + " shards");
        console.line("  replicas to copy      " + plan.getReplicasCopied() + ", " + Sizes.bytes(plan.getBytesCopied()));
        console.line("  leader changes        " + plan.getLeaderChanges());
        console.line("  fewest replicas       " + plan.getLowestReplicas() + " of a shard, on the way");
        console.line("  time, at the limits   " + Sizes.millis(plan.getEstimatedMillis()));
        plan.getRemainingList().forEach(finding -> console.line("  still wrong then: " + finding));
        printSteps(plan, console);
    }

    private static void printSteps(ClusterPlan plan, Console console) {
        List<PlannedStep> steps = console.verbose()
                ? plan.getStepsList()
                : plan.getStepsList().stream().limit(STEPS_SHOWN).toList();
        if (steps.isEmpty()) {
            return;
        }
        Table table = new Table("SHARD", "OPERATION", "FROM", "TO", "RULE", "GAIN");
        steps.forEach(step -> table.row(
                step.getShard(),
                step.getKind(),
                step.getSource().isEmpty() ? "-" : step.getSource(),
                step.getTarget().isEmpty() ? "-" : step.getTarget(),
                step.getRule(),
                step.getGain()));
        console.line("");
        console.table(table);
        if (steps.size() < plan.getStepsTotal()) {
            console.line("... and " + (plan.getStepsTotal() - steps.size()) + " more");
        }
    }
}
