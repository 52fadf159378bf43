package io.ringkv.testing.lab.nemesis;

import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ManagerStatus;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Finds out who plays which role now. Used by one thread. */
final class Members {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration LONG_PATIENCE = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 200;

    private final RingKvClient client;
    private final int servers;
    private final int managers;

    Members(RingKvClient client, int servers, int managers) {
        this.client = client;
        this.servers = servers;
        this.managers = managers;
    }

    /** Ids of all servers. */
    List<String> servers() {
        return names("s", servers, servers, 0);
    }

    /** Ids of all managers. */
    List<String> managers() {
        return names("m", managers, managers, 0);
    }

    /** Names of the members that a fault meets. Where a role cannot be found out, the choice decides. */
    List<String> ids(Fault fault) {
        return switch (fault.target()) {
            case SERVER -> List.of("s" + (1 + fault.choice() % servers));
            case ALL_SERVERS -> servers();
            case LEADER -> List.of(orElse(busiestLeader(), "s" + (1 + fault.choice() % servers)));
            case MANAGER_LEADER -> List.of(orElse(managerLeader(), "m" + (1 + fault.choice() % managers)));
            case MANAGER_MAJORITY -> names("m", managers, managers / 2 + 1, fault.choice());
        };
    }

    private static String orElse(@Nullable String name, String otherwise) {
        return name == null || name.isEmpty() ? otherwise : name;
    }

    private static List<String> names(String prefix, int all, int count, int first) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(prefix + (1 + (first + i) % all));
        }
        return names;
    }

    private @Nullable String busiestLeader() {
        ClusterStatus status = status();
        if (status == null) {
            return null;
        }
        Map<Long, Integer> led = new HashMap<>();
        for (ShardStatus shard : status.getShardsList()) {
            led.merge(shard.getLeader(), 1, Integer::sum);
        }
        String busiest = null;
        int most = 0;
        for (ServerStatus server : status.getServersList()) {
            int count = led.getOrDefault(server.getServer().getServerId(), 0);
            if (count > most) {
                most = count;
                busiest = server.getServer().getLabel();
            }
        }
        return busiest;
    }

    private @Nullable String managerLeader() {
        ClusterStatus status = status();
        return status == null
                ? null
                : status.getManagersList().stream()
                        .filter(ManagerStatus::getLeader)
                        .map(manager -> manager.getManager().getLabel())
                        .findFirst()
                        .orElse(null);
    }

    private @Nullable ClusterStatus status() {
        try {
            return client.blocking().status(ReadOptions.defaults().withTimeout(PATIENCE));
        } catch (RingKvException e) {
            return null;
        }
    }

    /**
     * Asks the shard manager for a change, again while nobody answers.
     *
     * @throws IOException if it is refused, or nobody has answered for long
     */
    void change(ChangeRequest request) throws IOException, InterruptedException {
        try {
            client.admin().change(request, LONG_PATIENCE).get();
        } catch (ExecutionException e) {
            throw new IOException("refused: " + request.getChangeCase() + ": " + e.getMessage(), e);
        }
    }

    /** Asks the shard manager for a change; false if it is refused. */
    boolean tryChange(ChangeRequest request) throws InterruptedException {
        try {
            change(request);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /** Whether a server holds nothing any more. */
    boolean isEmpty(String label) {
        ClusterStatus status = status();
        if (status == null || !status.getComplete()) {
            return false;
        }
        return status.getServersList().stream()
                .filter(server -> server.getServer().getLabel().equals(label))
                .mapToLong(server -> server.getServer().getServerId())
                .noneMatch(id -> status.getShardsList().stream()
                        .flatMap(shard -> shard.getRecord().getReplicasList().stream())
                        .anyMatch(replica -> replica.getServerId() == id));
    }

    /** A question that may be asked again. */
    interface Question {
        boolean ask() throws IOException, InterruptedException;
    }

    /** Asks until the answer is yes; false if it is not within the time, or the run has ended. */
    boolean await(Question question, Duration patience, BooleanSupplier ended)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (!question.ask()) {
            if (ended.getAsBoolean() || System.nanoTime() - begin > patience.toNanos()) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return true;
    }

    /** Waits until nothing is missing; not longer than this, and not after the end of the run. */
    void awaitWhole(Duration patience, BooleanSupplier ended) throws IOException, InterruptedException {
        await(() -> problem() == null, patience, ended);
    }

    /** What keeps the cluster from being whole; null when nothing does. */
    @Nullable
    String problem() {
        ClusterStatus status = status();
        if (status == null || !status.getComplete()) {
            return "no manager leads";
        }
        for (ShardStatus shard : status.getShardsList()) {
            if (shard.getLeader() == 0
                    || shard.getHealthyReplicas() < shard.getRecord().getReplicasCount()) {
                return "shard " + shard.getRecord().getShard() + " has "
                        + (shard.getLeader() == 0 ? "no" : "a") + " leader and " + shard.getHealthyReplicas() + " of "
                        + shard.getRecord().getReplicasCount() + " healthy replicas";
            }
        }
        return null;
    }
}
