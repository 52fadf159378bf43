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

    static final OperationLimits LIMITS = new OperationLimits(2, 5, 3, 1_000, 100);

    private static final int MANY_STEPS = 200_000;

    private final String context;
    private final Random random;
    private PlacementView view;
    private final List<ShardOperation> done = new ArrayList<>();
    private int copied;

    /**
     * Begins with this view.
     *
     * @param context goes into every failure message, with the seed
     */
    PaperCluster(String context, PlacementView view, Random random) {
        this.context = context;
        this.view = view;
        this.random = random;
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
        return view;
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
        List<ServerView> servers = new ArrayList<>(view.servers());
        servers.add(server);
        view = view.withServers(servers);
    }

    void change(ServerId id, UnaryOperator<ServerView> change) {
        view = view.withServers(view.servers().stream()
                .map(server -> server.server().equals(id) ? change.apply(server) : server)
                .toList());
    }

    void kill(ServerId id) {
        change(id, server -> server.withState(ServerState.DOWN).withHeard(false));
        electElsewhere(id);
    }

    void drain(ServerId id) {
        change(id, server -> server.withState(ServerState.DRAINING));
    }

    void setReplicationFactor(int replicationFactor) {
        view = view.withReplicationFactor(replicationFactor);
    }

    private void electElsewhere(ServerId dead) {
        view = view.withShards(view.shards().stream()
                .map(shard -> dead.equals(shard.leader()) ? shard.withLeader(anyLiving(shard)) : shard)
                .toList());
    }

    private @Nullable ServerId anyLiving(ShardView shard) {
        List<ServerId> living = shard.voters().stream().filter(this::isAlive).toList();
        return living.size() * 2 > shard.voters().size() ? living.get(random.nextInt(living.size())) : null;
    }

    /** Lets operations start and end in any order within the limits, until nothing is under way and nothing proposed. */
    void settle() {
        for (int step = 0; step < MANY_STEPS; step++) {
            List<Proposal> proposals = Planner.propose(view);
            List<ShardId> busy = view.shards().stream()
                    .filter(ShardView::isBusy)
                    .map(ShardView::shard)
                    .toList();
            if (proposals.isEmpty() && busy.isEmpty()) {
                return;
            }
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
        }
        throw new AssertionError(context + ": does not come to rest");
    }

    private void start(Proposal proposal) {
        check(proposal);
        replace(shard(proposal.shard()).withOperation(proposal.change()));
    }

    private void complete(ShardId id) {
        ShardView shard = shard(id);
        ShardOperation operation = Objects.requireNonNull(shard.operation());
        done.add(operation);
        if (operation.kind().copiesData()) {
            copied++;
        }
        moveData(operation, shard.dataBytes());
        ShardView after = shard.after(operation);
        if (after.leader() == null) {
            after = after.withLeader(anyLiving(after));
        }
        replace(after);
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
                assertThat(shard.voters().size()).as(what).isLessThan(view.replicationFactor());
                checkTarget(what, shard, operation);
            }
            case REMOVE_REPLICA -> {
                assertThat(shard.voters().size()).as(what).isGreaterThan(view.replicationFactor());
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
            long reserve = target.diskTotalBytes() / 100 * view.tolerances().diskReservePercent();
            assertThat(target.diskFreeBytes() - shard.dataBytes())
                    .as("%s: disk", what)
                    .isGreaterThanOrEqualTo(reserve);
        }
    }

    /** Smallest number per zone under which all replicas of a shard find room. */
    int zoneLimit() {
        Map<String, Integer> sizes = new TreeMap<>();
        view.servers().stream()
                .filter(PaperCluster::isStaying)
                .filter(server -> server.state() != ServerState.JOINING)
                .forEach(server -> sizes.merge(server.zone(), 1, Integer::sum));
        int places = sizes.values().stream().mapToInt(Integer::intValue).sum();
        int wanted = Math.min(places, view.replicationFactor());
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
        return view.servers().stream()
                .filter(server -> server.server().equals(id))
                .findFirst()
                .orElseThrow();
    }

    ShardView shard(ShardId id) {
        return view.shards().stream()
                .filter(shard -> shard.shard().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private void replace(ShardView newer) {
        view = view.withShards(view.shards().stream()
                .map(shard -> shard.shard().equals(newer.shard()) ? newer : shard)
                .toList());
    }

    /** Replicas of every server of the view, those without any included. */
    Map<ServerId, Integer> replicas() {
        Map<ServerId, Integer> counts = new TreeMap<>();
        view.servers().forEach(server -> counts.put(server.server(), 0));
        view.shards().forEach(shard -> shard.voters().forEach(voter -> counts.merge(voter, 1, Integer::sum)));
        return counts;
    }

    /** Leaders of every server of the view. */
    Map<ServerId, Integer> leaders() {
        Map<ServerId, Integer> counts = new TreeMap<>();
        view.servers().forEach(server -> counts.put(server.server(), 0));
        for (ShardView shard : view.shards()) {
            if (shard.leader() != null) {
                counts.merge(shard.leader(), 1, Integer::sum);
            }
        }
        return counts;
    }
}
