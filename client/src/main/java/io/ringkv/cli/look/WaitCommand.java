package io.ringkv.cli.look;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.ClusterPlan;
import io.ringkv.rpc.PlanNothing;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.ShardStatus;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code wait}. */
@Command(
        name = "wait",
        description = {
            "Wait until the cluster is as wanted. Exit code 8 when time is over.",
            "ready: nothing is wrong. replicated: each shard has all its replicas.",
            "balanced: nothing is under way, and the manager wants to move nothing."
        },
        footer = {
            "",
            "Examples:",
            "  ringkv wait --for replicated --timeout 60s",
            "  ringkv wait --for balanced --timeout 10m"
        })
public final class WaitCommand extends ClientCommand {

    private static final long POLL_MILLIS = 200;
    private static final Duration WAIT_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    /** What can be waited for. */
    enum Goal {
        READY,
        REPLICATED,
        BALANCED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--for",
            required = true,
            paramLabel = "GOAL",
            description = "What to wait for, as long as --timeout says (default 60s): ${COMPLETION-CANDIDATES}.")
    private Goal goal = Goal.READY;

    @Override
    protected Duration defaultTimeout() {
        return WAIT_TIMEOUT;
    }

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        long startNanos = System.nanoTime();
        while (true) {
            long leftNanos = startNanos + timeout().toNanos() - System.nanoTime();
            String missing = missing(client, leftNanos);
            if (missing == null) {
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
                report(console, millis);
                return 0;
            }
            if (leftNanos <= TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS)) {
                throw RingKvException.builder(ErrorCode.UNHEALTHY)
                        .sentence("The cluster is not " + goal + ": " + missing)
                        .advice("See ringkv status and ringkv op list.")
                        .build();
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private void report(Console console, long millis) {
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.put("goal", goal.toString());
            document.put("waitedMillis", millis);
            console.document(document);
        } else {
            console.say("The cluster is " + goal + ".");
        }
    }

    /** What keeps it from being as wanted; null when nothing does. */
    private @Nullable String missing(RingKvClient client, long leftNanos) throws Exception {
        Duration patience = Duration.ofNanos(
                Math.max(Duration.ofMillis(1).toNanos(), Math.min(leftNanos, ANSWER_TIMEOUT.toNanos())));
        try {
            ClusterView view = new ClusterView(
                    client.blocking().status(ReadOptions.defaults().withTimeout(patience)));
            if (!view.status().getComplete() || !view.status().getPlaced()) {
                return view.problems().get(0);
            }
            return switch (goal) {
                case READY -> view.problems().stream().findFirst().orElse(null);
                case REPLICATED -> replicated(view);
                case BALANCED -> balanced(client, view, patience);
            };
        } catch (RingKvException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static @Nullable String replicated(ClusterView view) {
        List<ShardStatus> wanting = view.shards().stream()
                .filter(shard -> !ClusterView.isLed(shard)
                        || shard.getRecord().getReplicasCount() != view.status().getReplicationFactor()
                        || !view.isFullyReplicated(shard))
                .toList();
        return wanting.isEmpty()
                ? null
                : wanting.size() + " of " + view.shards().size() + " shards do not have their "
                        + view.status().getReplicationFactor() + " healthy replicas";
    }

    private static @Nullable String balanced(RingKvClient client, ClusterView view, Duration patience)
            throws Exception {
        int underWay = view.status().getOperationsCount();
        if (underWay > 0) {
            return underWay + (underWay == 1 ? " operation is" : " operations are") + " under way";
        }
        Question question = Question.newBuilder()
                .setPlan(PlanQuestion.newBuilder().setNothing(PlanNothing.getDefaultInstance()))
                .build();
        try {
            ClusterPlan plan = client.admin().ask(question, patience).get().getPlan();
            return plan.getStepsTotal() == 0
                    ? null
                    : "the manager wants to do " + plan.getStepsTotal() + " more operations, first: "
                            + plan.getSteps(0).getReason();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RingKvException failure) {
                throw failure;
            }
            throw e;
        }
    }
}
