package io.ringkv.manager.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.operation.OperationKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A cluster on paper that does what the planner proposes, as a real one would: few operations at a time, each taking its
 * time, completed in any order. Every operation is checked against the hard constraints when it starts, by the plainest
 * reckoning.
 */
final class PaperCluster {

    static final OperationLimits LIMITS = new OperationLimits(2, 5, 3, 100, 1_000, 100);

    private static final int MANY_STEPS = 200_000;

    private final String context;
    private final Random random;
    private final SortedMap<ServerId, ServerView> servers = new TreeMap<>();
    private final SortedMap<ShardId, ShardView> shards = new TreeMap<>();
    private int replicationFactor;
    private final PlacementTolerances tolerances;
    private final List<ShardOperation> done = new ArrayList<>();
    private int copied;

    /**
     * Begins with this view.
     *
     * @param context goes into every failure message, with the seed
     */
    PaperCluster(String context, PlacementView view, Random random) {
        this.context = context;
        this.random = random;
        this.replicationFactor = view.replicationFactor();
        this.tolerances = view.tolerances();
        view.servers().forEach(server -> servers.put(server.server(), server));
        view.shards().forEach(shard -> shards.put(shard.shard(), shard));
    }

    /** A cluster as first placement leaves it: one server per zone named, shards of a hundred bytes. */
    static PaperCluster placed(int replicationFactor, int shards, String... zones) {
        List<ServerView> servers = new ArrayList<>();
        for (String zone : zones) {
            servers.add(server(servers.size() + 1, zone));
        }
        return new PaperCluster("", firstPlacement(servers, replicationFactor, shards, () -> 100L), new Random(1));
    }

    static PlacementView firstPlacement(
            List<ServerView> servers, int replicationFactor, int shards, LongSupplier bytes) {
        List<ShardId> ids = new ArrayList<>();
        for (int shard = 1; shard <= shards; shard++) {
            ids.add(new ShardId(shard));
        }
        List<Candidate> candidates = servers.stream()
                .map(server -> new Candidate(server.server(), server.zone()))
                .toList();
        List<ShardView> placed = new ArrayList<>();
        for (PlacedShard shard : FirstPlacement.place(ids, replicationFactor, candidates)) {
            placed.add(ShardView.quiet(shard.shard(), shard.voters(), shard.firstLeader(), bytes.getAsLong()));
        }
        return new PlacementView(servers, placed, replicationFactor, PlacementTolerances.USUAL);
    }

    static ServerView server(int number, String zone) {
        return ServerView.active(id(number), "s" + number, zone);
    }

    static ServerId id(int number) {
        return new ServerId(number);
    }

    PlacementView view() {
        return new PlacementView(
                List.copyOf(servers.values()), List.copyOf(shards.values()), replicationFactor, tolerances);
    }

    /** Operations done so far, in order. */
    List<ShardOperation> done() {
        return done;
    }

    int copied() {
        return copied;
    }

    long transfers() {
        return done.stream()
                .filter(operation -> operation.kind() == OperationKind.TRANSFER_LEADER)
                .count();
    }

    void join(ServerView server) {
        servers.put(server.server(), server);
    }

    void change(ServerId id, UnaryOperator<ServerView> change) {
        servers.put(id, change.apply(server(id)));
    }

    void kill(ServerId id) {
        change(id, server -> server.withState(ServerState.DOWN).withHeard(false));
        electElsewhere(id);
    }

    void killZone(String zone) {
        servers.values().stream()
                .filter(server -> server.zone().equals(zone))
                .map(ServerView::server)
                .toList()
                .forEach(this::kill);
    }

    void drain(ServerId id) {
        change(id, server -> server.withState(ServerState.DRAINING));
    }

    void revive(ServerId id) {
        change(id, server -> server.withState(ServerState.ACTIVE).withHeard(true));
        shards.replaceAll((shard, seen) -> seen.leader() == null ? seen.withLeader(anyLiving(seen)) : seen);
    }

    void setReplicationFactor(int newReplicationFactor) {
        replicationFactor = newReplicationFactor;
    }

    private void electElsewhere(ServerId dead) {
        shards.replaceAll((id, shard) -> dead.equals(shard.leader()) ? shard.withLeader(anyLiving(shard)) : shard);
    }

    private @Nullable ServerId anyLiving(ShardView shard) {
        List<ServerId> living = shard.voters().stream().filter(this::isAlive).toList();
        return living.size() * 2 > shard.voters().size() ? living.get(random.nextInt(living.size())) : null;
    }

    /** Lets operations start and end in any order within the limits, until nothing is under way and nothing proposed. */
    void settle() {
        int steps = 0;
        while (step()) {
            if (++steps == MANY_STEPS) {
                throw new AssertionError(context + ": does not come to rest; still " + Planner.propose(view()));
            }
        }
    }

    /** Lets some operations start and some end. False if there was nothing to do. */
    boolean step() {
        PlacementView view = view();
        List<Proposal> proposals = Planner.propose(view);
        List<ShardId> busy = view.shards().stream()
                .filter(ShardView::isBusy)
                .map(ShardView::shard)
                .toList();
        for (Proposal proposal : LIMITS.admit(proposals, view)) {
            // Now and then one does not come off; it is proposed again, or something better is.
            if (random.nextInt(8) > 0) {
                start(proposal);
            }
        }
        for (ShardId shard : busy) {
            if (random.nextBoolean()) {
                complete(shard);
            }
        }
        return !proposals.isEmpty() || !busy.isEmpty();
    }

    private void start(Proposal proposal) {
        check(proposal);
        shards.put(proposal.shard(), shard(proposal.shard()).withOperation(proposal.change()));
    }

    private void complete(ShardId id) {
        ShardView shard = shard(id);
        ShardOperation operation = Objects.requireNonNull(shard.operation());
        ServerId target = operation.target();
        if (target != null && !isAlive(target)) {
            shards.put(id, shard.withOperation(null));
            return;
        }
        done.add(operation);
        if (operation.kind().copiesData()) {
            copied++;
        }
        moveData(operation, shard.dataBytes());
        ShardView after = shard.after(operation);
        if (after.leader() == null) {
            after = after.withLeader(anyLiving(after));
        }
        shards.put(id, after);
    }

    private void moveData(ShardOperation operation, long bytes) {
        if (!operation.kind().changesVoters()) {
            return;
        }
        if (operation.source() != null) {
            change(operation.source(), server -> withFree(server, bytes));
        }
        if (operation.target() != null) {
            change(operation.target(), server -> withFree(server, -bytes));
        }
    }

    private static ServerView withFree(ServerView server, long difference) {
        return server.diskTotalBytes() == 0
                ? server
                : server.withDisk(server.diskFreeBytes() + difference, server.diskTotalBytes());
    }

    private void check(Proposal proposal) {
        String what = context + ": " + proposal;
        ShardView shard = shard(proposal.shard());
        ShardOperation operation = proposal.change();
        assertThat(shard.isBusy() || shard.isOnHold()).as(what).isFalse();
        assertThat(living(shard.voters()) * 2)
                .as("%s: majority before", what)
                .isGreaterThan(shard.voters().size());
        List<ServerId> after = operation.votersAfter(shard.voters());
        assertThat(living(after) * 2).as("%s: majority after", what).isGreaterThan(after.size());
        boolean allAlive = shard.voters().stream().allMatch(this::isAlive);
        switch (operation.kind()) {
            case MOVE_REPLICA -> {
                assertThat(shard.voters()).as(what).contains(operation.source());
                assertThat(allAlive).as("%s: all voters answer", what).isTrue();
                checkTarget(what, shard, operation);
            }
            case REPLACE_REPLICA -> {
                assertThat(stateOf(operation.source())).as(what).isIn(ServerState.DOWN, ServerState.REMOVED);
                checkTarget(what, shard, operation);
            }
            case ADD_REPLICA -> {
                assertThat(shard.voters().size()).as(what).isLessThan(replicationFactor);
                checkTarget(what, shard, operation);
            }
            case REMOVE_REPLICA -> {
                assertThat(shard.voters().size()).as(what).isGreaterThan(replicationFactor);
                assertThat(allAlive || !isAlive(Objects.requireNonNull(operation.source())))
                        .as("%s: all voters answer", what)
                        .isTrue();
            }
            case TRANSFER_LEADER -> assertThat(shard.voters()).as(what).contains(operation.target());
        }
    }

    private void checkTarget(String what, ShardView shard, ShardOperation operation) {
        ServerView target = server(Objects.requireNonNull(operation.target()));
        assertThat(target.state()).as(what).isEqualTo(ServerState.ACTIVE);
        assertThat(target.isHeard() && !target.isInMaintenance()).as(what).isTrue();
        assertThat(shard.voters()).as(what).doesNotContain(target.server());
        long sameZone = shard.voters().stream()
                .filter(voter -> !voter.equals(operation.source()))
                .map(this::server)
                .filter(PaperCluster::isStaying)
                .filter(voter -> voter.zone().equals(target.zone()))
                .count();
        assertThat(sameZone).as("%s: others in zone", what).isLessThan(zoneLimit());
        if (target.diskTotalBytes() > 0) {
            long reserve = target.diskTotalBytes() / 100 * tolerances.diskReservePercent();
            assertThat(target.diskFreeBytes() - shard.dataBytes())
                    .as("%s: disk", what)
                    .isGreaterThanOrEqualTo(reserve);
        }
    }

    /** Smallest number per zone under which all replicas of a shard find room. */
    int zoneLimit() {
        Map<String, Integer> sizes = new TreeMap<>();
        servers.values().stream()
                .filter(PaperCluster::isStaying)
                .filter(server -> server.state() != ServerState.JOINING)
                .forEach(server -> sizes.merge(server.zone(), 1, Integer::sum));
        int places = sizes.values().stream().mapToInt(Integer::intValue).sum();
        int wanted = Math.min(places, replicationFactor);
        int limit = 0;
        int room = 0;
        while (room < wanted) {
            limit++;
            int perZone = limit;
            room = sizes.values().stream()
                    .mapToInt(size -> Math.min(size, perZone))
                    .sum();
        }
        return limit;
    }

    static boolean isStaying(ServerView server) {
        boolean isDead = server.state() == ServerState.DOWN && !server.isInMaintenance();
        boolean isLeaving = server.state() == ServerState.DRAINING && !server.isInMaintenance();
        return !isDead && !isLeaving && server.state() != ServerState.REMOVED;
    }

    private int living(List<ServerId> voters) {
        return (int) voters.stream().filter(this::isAlive).count();
    }

    boolean isAlive(ServerId id) {
        ServerView server = server(id);
        return server.isHeard() && server.state() != ServerState.DOWN && server.state() != ServerState.REMOVED;
    }

    private ServerState stateOf(@Nullable ServerId id) {
        return server(Objects.requireNonNull(id)).state();
    }

    ServerView server(ServerId id) {
        return Objects.requireNonNull(servers.get(id));
    }

    private ShardView shard(ShardId id) {
        return Objects.requireNonNull(shards.get(id));
    }

    /** Replicas of every server of the view, those without any included. */
    Map<ServerId, Integer> replicas() {
        Map<ServerId, Integer> counts = new TreeMap<>();
        servers.keySet().forEach(server -> counts.put(server, 0));
        shards.values().forEach(shard -> shard.voters().forEach(voter -> counts.merge(voter, 1, Integer::sum)));
        return counts;
    }

    /** Leaders of every server of the view. */
    Map<ServerId, Integer> leaders() {
        Map<ServerId, Integer> counts = new TreeMap<>();
        servers.keySet().forEach(server -> counts.put(server, 0));
        for (ShardView shard : shards.values()) {
            if (shard.leader() != null) {
                counts.merge(shard.leader(), 1, Integer::sum);
            }
        }
        return counts;
    }
}
