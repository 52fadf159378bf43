package io.ringkv.testing.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.Bytes;
import io.ringkv.client.PutResult;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.DrainServer;
import io.ringkv.rpc.HistoryEvent;
import io.ringkv.rpc.JoinServers;
import io.ringkv.rpc.OperationStatus;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.RemoveServer;
import io.ringkv.rpc.ServerState;
import io.ringkv.rpc.SetReplicationFactor;
import io.ringkv.rpc.ShardStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * What happens to servers and managers in their lives, played on a ring under traffic that checks itself. Each play leaves
 * disks that hold exactly what the shard map says.
 */
final class RingLife implements AutoCloseable {
    private static final Duration FULL_AFTER_DOWN = Duration.ofSeconds(30);
    private static final int MANAGER_KILLS = 3;
    private static final int KEYS = 600;
    private static final int VALUE_BYTES = 500;

    private final TestRing ring;
    private final CheckedTraffic traffic;
    private final ReplicaAudit audit;

    RingLife(Path root, Launcher launcher, RingShape shape) {
        ring = TestRing.start(root, launcher, shape);
        load();
        traffic = new CheckedTraffic(ring.newClient());
        audit = new ReplicaAudit(ring);
    }

    /** Some data, so that copying has a price, and waits until managers know of it. */
    private void load() {
        List<CompletableFuture<PutResult>> puts = new ArrayList<>();
        for (int number = 0; number < KEYS; number++) {
            puts.add(ring.client().put(Bytes.utf8("data " + number), value(number)));
        }
        puts.forEach(CompletableFuture::join);
        var unused = ring.awaitStatus(
                "the data to be reported",
                status -> status.getShardsList().stream()
                                .mapToLong(ShardStatus::getDataBytes)
                                .sum()
                        >= (long) KEYS * VALUE_BYTES);
    }

    /** All that was loaded before anything happened is there still. */
    private void checkData() {
        for (int number = 0; number < KEYS; number++) {
            Bytes key = Bytes.utf8("data " + number);
            assertThat(ring.client().blocking().get(key).value()).as("%s", key).contains(value(number));
        }
    }

    private static Bytes value(int number) {
        byte[] bytes = new byte[VALUE_BYTES];
        Arrays.fill(bytes, (byte) number);
        return Bytes.wrap(bytes);
    }

    /** A server joins and gets its share, by the plan that was made before. */
    void joins(String server) {
        PlanCheck plan = PlanCheck.before(
                ring,
                PlanQuestion.newBuilder()
                        .setJoin(JoinServers.newBuilder().setServers(1))
                        .build());
        ring.start(server);
        await("an even ring", status -> isActive(status, server) && isEven(status));
        audit.check(traffic);
        report(server + " joins", plan.after());
    }

    /** Replicas differ by one at most. */
    private boolean isEven(ClusterStatus status) {
        Collection<Integer> counts = replicasPerServer(status).values();
        return Collections.max(counts) - Collections.min(counts) <= 1;
    }

    /** Of those that are not DOWN or removed. */
    private Map<String, Integer> replicasPerServer(ClusterStatus status) {
        Map<String, Integer> counts = new TreeMap<>();
        status.getServersList().stream()
                .filter(server -> server.getServer().getState() == ServerState.SERVER_STATE_ACTIVE)
                .forEach(server -> counts.put(server.getServer().getLabel(), 0));
        for (ShardStatus shard : status.getShardsList()) {
            ring.replicas(status, shard.getRecord().getShard())
                    .forEach(label -> counts.computeIfPresent(label, (same, count) -> count + 1));
        }
        return counts;
    }

    /** Servers are killed and declared DOWN, and their replicas made anew elsewhere. */
    void dieAndAreReplaced(String... servers) {
        ring.kill(servers);
        await("them to be DOWN", status -> List.of(servers).stream().allMatch(server -> isDown(status, server)));
        long downNanos = System.nanoTime();
        TestRing.await(
                FULL_AFTER_DOWN,
                () -> isReplaced(servers) || traffic.hasFailed(),
                () -> "all replicas on others than " + List.of(servers) + ": " + ring.status());
        traffic.check();
        report(
                List.of(servers) + " killed",
                "replaced " + (System.nanoTime() - downNanos) / 1_000_000 + " ms after it was DOWN");
        audit.check(traffic);
    }

    private static boolean isDown(ClusterStatus status, String label) {
        return status.getServersList().stream()
                .anyMatch(server -> server.getServer().getLabel().equals(label)
                        && server.getServer().getState() == ServerState.SERVER_STATE_DOWN);
    }

    private boolean isReplaced(String... servers) {
        ClusterStatus status = ring.status();
        return status != null
                && status.getShardsList().stream()
                        .allMatch(shard -> shard.getHealthyReplicas() == status.getReplicationFactor()
                                && ring.replicas(status, shard.getRecord().getShard()).stream()
                                        .noneMatch(List.of(servers)::contains));
    }

    /** A server comes back with what it had, of which nothing is wanted any more, and is filled anew. */
    void returnsWithOldData(String server) {
        ring.start(server);
        await(
                "it to be ACTIVE and to have its share",
                status -> isActive(status, server)
                        && replicasPerServer(status).getOrDefault(server, 0) > 0
                        && status.getOperationsCount() == 0);
        audit.check(traffic);
    }

    /**
     * A server is killed, and comes back with an empty disk under the same addresses while its old self still votes: as another
     * one, to which nobody takes it.
     */
    void returnsEmptied(String former, String name) {
        ring.kill(former);
        ring.startInPlaceOf(former, name);
        await(
                "it to have its share, and its former self nothing",
                status -> isActive(status, name)
                        && isDown(status, former)
                        && replicasPerServer(status).getOrDefault(name, 0) > 0
                        && isReplaced(former)
                        && status.getOperationsCount() == 0);
        audit.check(traffic);
        remove(former, false);
        audit.check(traffic);
    }

    private static boolean isActive(ClusterStatus status, String label) {
        return status.getServersList().stream()
                .anyMatch(server -> server.getServer().getLabel().equals(label)
                        && server.getServer().getState() == ServerState.SERVER_STATE_ACTIVE);
    }

    /** A server is emptied, while manager after manager is killed as it leads, and removed; nothing moves twice. */
    void isDrainedWhileManagersDieAndRemoved(String server) {
        DrainServer drain =
                DrainServer.newBuilder().setServer(server).setOn(true).build();
        PlanCheck plan = PlanCheck.before(
                ring, PlanQuestion.newBuilder().setDrainServer(drain).build());
        ring.drain(server, true);
        Set<Long> caught = new HashSet<>();
        for (int kill = 0; kill < MANAGER_KILLS; kill++) {
            // Each in the middle of another move: the one caught before goes on now, and the next is caught.
            caught.add(catchAddition(Set.copyOf(caught)));
            String leader = ring.managerLeader();
            long term = ring.gate().managerTerm();
            ring.kill(leader);
            await("another manager to lead", () -> ring.gate().managerTerm() > term);
            ring.start(leader);
            await("all to be back", ring::isHeardByAll);
        }
        ring.gate().open();
        await("it to be empty", status -> replicasPerServer(status, server) == 0 && status.getOperationsCount() == 0);
        audit.check(traffic);
        List<Integer> moved = plan.happened().stream()
                .filter(PlanCheck::copiesData)
                .map(OperationStatus::getShard)
                .toList();
        assertThat(moved).doesNotHaveDuplicates();
        report(server + " drained while " + MANAGER_KILLS + " managers were killed", plan.after());
        remove(server, false);
        await("it to stop", () -> ring.isOver(server));
        ring.kill(server);
        audit.check(traffic);
    }

    /** Waits for a move that is about to add a voter, and holds it there. Returns its operation. */
    private long catchAddition(Set<Long> before) {
        Gate gate = ring.gate();
        gate.hold((instruction, hasAddition) ->
                instruction.hasAddVoter() && !before.contains(instruction.getOperation()));
        await("a move in its middle", () -> gate.withheld() != null);
        return Objects.requireNonNull(gate.withheld()).getOperation();
    }

    private long replicasPerServer(ClusterStatus status, String server) {
        return status.getShardsList().stream()
                .filter(shard ->
                        ring.replicas(status, shard.getRecord().getShard()).contains(server))
                .count();
    }

    private void remove(String server, boolean force) {
        var unused = ring.change(ChangeRequest.newBuilder()
                .setRemoveServer(RemoveServer.newBuilder().setServer(server).setForce(force))
                .build());
    }

    /** Shards get another number of replicas, by the plan that was made before. */
    void replicationFactorBecomes(int factor) {
        SetReplicationFactor change =
                SetReplicationFactor.newBuilder().setReplicationFactor(factor).build();
        PlanCheck plan = PlanCheck.before(
                ring, PlanQuestion.newBuilder().setSetReplicationFactor(change).build());
        var unused = ring.change(
                ChangeRequest.newBuilder().setSetReplicationFactor(change).build());
        await(
                "all shards to have " + factor + " replicas",
                status -> status.getShardsList().stream()
                        .allMatch(shard -> shard.getRecord().getReplicasCount() == factor));
        audit.check(traffic);
        report("replication factor " + factor, plan.after());
    }

    /** All managers are down while a server dies; its shards go on without it, and the managers see to it later. */
    void managersAreDownWhileAServerDies(Duration time) {
        long leader = TestRing.shard(ring.awaitWhole(), 1).getLeader();
        String dead = ring.label(leader);
        long events = ring.events().size();
        ring.kill("m1", "m2", "m3");
        ring.kill(dead);
        long rounds = traffic.rounds();
        long endNanos = System.nanoTime() + time.toNanos();
        await("time without managers", () -> System.nanoTime() - endNanos > 0);
        assertThat(traffic.rounds()).as("rounds without managers").isGreaterThan(rounds);
        ring.start("m1", "m2", "m3");
        await("the dead to be DOWN", status -> isDown(status, dead));
        await("it to be replaced", status -> isReplaced(dead) && status.getOperationsCount() == 0);
        audit.check(traffic);
        List<String> down = ring.events().stream()
                .skip(events)
                .map(HistoryEvent::getText)
                .filter(text -> text.contains("DOWN"))
                .toList();
        assertThat(down).hasSize(1).first().asString().contains(dead);
        report("all managers down for " + time.toSeconds() + " s while " + dead + " died", "repaired");
        ring.start(dead);
        await("it to be back", status -> isActive(status, dead) && status.getOperationsCount() == 0);
        audit.check(traffic);
    }

    private void await(String what, java.util.function.Predicate<ClusterStatus> condition) {
        var unused = ring.awaitStatus(what, status -> condition.test(status) || traffic.hasFailed());
        traffic.check();
    }

    private void await(String what, BooleanSupplier condition) {
        TestRing.await(what, () -> condition.getAsBoolean() || traffic.hasFailed());
        traffic.check();
    }

    private void report(String what, String outcome) {
        System.out.printf(
                "%s: %s; longest time without an increment %d ms%n", what, outcome, traffic.longestGapMillis());
    }

    @Override
    public void close() {
        try {
            traffic.finish();
            checkData();
        } finally {
            ring.close();
        }
    }
}
