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
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.ServerState;
import io.ringkv.rpc.ShardStatus;
import io.ringkv.rpc.support.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
            "balanced: nothing is under way, and the manager wants to move nothing.",
            "A server that is JOINING keeps the cluster from all three.",
            "joined: the processes at --members answer, and the manager has heard them since they started."
        },
        footer = {
            "",
            "Examples:",
            "  ringkv wait --for replicated --timeout 60s",
            "  ringkv wait --for balanced --timeout 10m",
            "  ringkv wait --for joined --members 10.0.0.4:7400"
        })
public final class WaitCommand extends ClientCommand {

    private static final long POLL_MILLIS = 200;
    private static final Duration WAIT_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    /** What can be waited for. */
    enum Goal {
        READY,
        REPLICATED,
        BALANCED,
        JOINED;

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

    @Option(
            names = "--members",
            paramLabel = "HOST:PORT,...",
            description = "With --for joined: client addresses of the servers and managers to wait for.")
    private String members = "";

    @Override
    protected Duration defaultTimeout() {
        return WAIT_TIMEOUT;
    }

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        if (members.isBlank() == (goal == Goal.JOINED)) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT,
                    "--members says whom to wait for with --for joined, and only with that");
        }
        return switch (goal) {
            case READY -> await(client, console, (view, patience) -> first(view.problems()));
            case REPLICATED -> await(client, console, (view, patience) -> replicated(view));
            case BALANCED -> await(client, console, (view, patience) -> balanced(client, view, patience));
            case JOINED -> {
                try (ProcessDoors doors = new ProcessDoors(HostPort.parseList(members))) {
                    yield await(console, leftNanos -> missing(client, doors, patience(leftNanos)));
                }
            }
        };
    }

    /** Says what is missing when so much time is left; null when nothing is. */
    private interface Look {
        @Nullable
        String missing(long leftNanos) throws Exception;
    }

    /** Says what a cluster lacks; asks no longer than this time. */
    private interface Judgement {
        @Nullable
        String missing(ClusterView view, Duration patience) throws Exception;
    }

    private int await(RingKvClient client, Console console, Judgement judgement) throws Exception {
        return await(console, leftNanos -> missing(client, judgement, patience(leftNanos)));
    }

    private int await(Console console, Look look) throws Exception {
        long startNanos = System.nanoTime();
        while (true) {
            long leftNanos = startNanos + timeout().toNanos() - System.nanoTime();
            String missing = look.missing(leftNanos);
            if (missing == null) {
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
                report(console, millis);
                return 0;
            }
            if (leftNanos <= TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS)) {
                throw RingKvException.builder(ErrorCode.UNHEALTHY)
                        .sentence((goal == Goal.JOINED ? "Not all members have joined" : "The cluster is not " + goal)
                                + ": " + missing)
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
            console.say(goal == Goal.JOINED ? "All members have joined." : "The cluster is " + goal + ".");
        }
    }

    /** What keeps it from being as wanted; null when nothing does. */
    private static @Nullable String missing(RingKvClient client, Judgement judgement, Duration patience)
            throws Exception {
        try {
            ClusterView view = view(client, patience);
            if (!view.status().getComplete() || !view.status().getPlaced()) {
                return first(view.problems());
            }
            String joining = joining(view);
            return joining != null ? joining : judgement.missing(view, patience);
        } catch (RingKvException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static @Nullable String missing(RingKvClient client, ProcessDoors doors, Duration patience) {
        try {
            Map<HostPort, Optional<ProcessIdentity>> found = doors.identify(patience.toMillis());
            ClusterView view = view(client, patience);
            return found.entrySet().stream()
                    .map(member -> Arrivals.missing(member.getKey().toString(), member.getValue(), view))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        } catch (RingKvException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static @Nullable String first(List<String> problems) {
        return problems.isEmpty() ? null : problems.get(0);
    }

    private static Duration patience(long leftNanos) {
        return Duration.ofNanos(
                Math.max(Duration.ofMillis(1).toNanos(), Math.min(leftNanos, ANSWER_TIMEOUT.toNanos())));
    }

    private static ClusterView view(RingKvClient client, Duration patience) {
        return new ClusterView(client.blocking().status(ReadOptions.defaults().withTimeout(patience)));
    }

    /** The manager wants nothing of a server yet that it has not heard; that does not mean that it will not. */
    private static @Nullable String joining(ClusterView view) {
        return view.servers().stream()
                .filter(server -> server.getServer().getState() == ServerState.SERVER_STATE_JOINING)
                .map(server -> "server " + server.getServer().getLabel() + " is JOINING")
                .findFirst()
                .orElse(null);
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
