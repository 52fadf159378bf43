package io.ringkv.manager.state;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.roster.ChangePhase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Seeded commands, sensible and senseless ones, over a small cluster so that they meet. */
public final class CommandGenerator {

    private static final int SERVERS = 6;

    private final Random random;
    private final OperationCommandGenerator operations;

    public CommandGenerator(long seed) {
        this.random = new Random(seed);
        this.operations = new OperationCommandGenerator(random, SERVERS);
    }

    /** A command, and the term its leader decided in: usually the right one. */
    public LoggedCommand next(ClusterState state, long term) {
        ClusterCommand command = command(state);
        long decided = random.nextInt(8) == 0 ? Math.max(1, term - 1) : term;
        return new LoggedCommand(
                1, random.nextInt(1_000_000), Clusters.PROPOSER, command.isLeadersDecision() ? decided : 0, command);
    }

    private ClusterCommand command(ClusterState state) {
        if (state.isPlaced() && random.nextInt(3) != 0) {
            return operations.next(state);
        }
        return switch (random.nextInt(state.isPlaced() ? 20 : state.exists() ? 11 : 2)) {
            case 0 -> new CreateCluster(Clusters.founding(3, 4, 3));
            case 1, 2, 3 -> register();
            case 4 -> place(state);
            case 5 -> settle();
            case 10 -> new DrainServer(server(), random.nextBoolean());
            case 11 -> new MaintainServer(server(), random.nextInt(3) * 1_000L);
            case 12 ->
                random.nextBoolean()
                        ? new EndMaintenance(server(), random.nextInt(40))
                        : new CountMaintenance(server(), random.nextInt(40), 1 + random.nextInt(40_000));
            case 13 -> new RemoveServer(server(), random.nextBoolean());
            case 14 -> new SetReplicationFactor(1 + random.nextInt(4));
            case 15 -> new RegisterStandby(manager(), random.nextBoolean() ? "" : "m1", Clusters.addresses(70));
            case 16 -> new ForgetStandby(manager());
            case 17 -> new StartManagerChange(manager(), random.nextBoolean(), random.nextBoolean(), "random");
            case 18 -> advanceManagers(state);
            case 19 -> recover(state);
            default -> mark(state);
        };
    }

    private RecoverShard recover(ClusterState state) {
        List<ManagedShard> shards = List.copyOf(state.shards().values());
        ManagedShard shard = shards.get(random.nextInt(shards.size()));
        GroupId former = shard.formerGroup();
        return new RecoverShard(
                shard.record().id(),
                server(),
                former == null || random.nextBoolean() ? shard.record().group() : former,
                new GroupId(new UUID(random.nextLong(), random.nextLong())),
                "random");
    }

    private ManagerId manager() {
        return new ManagerId(1 + random.nextInt(5));
    }

    private AdvanceManagerChange advanceManagers(ClusterState state) {
        ChangePhase[] phases = {ChangePhase.UNDOING, ChangePhase.DONE, ChangePhase.FAILED};
        return new AdvanceManagerChange(
                state.managers().changes(), phases[random.nextInt(phases.length)], "cause " + random.nextInt(3));
    }

    private RegisterServer register() {
        int number = 1 + random.nextInt(SERVERS);
        String label = random.nextInt(4) == 0 ? "s" + (1 + random.nextInt(SERVERS)) : "";
        ServerAddresses addresses = Clusters.addresses(random.nextInt(10) == 0 ? 77 : number);
        return new RegisterServer(
                Clusters.server(number),
                label,
                addresses,
                random.nextBoolean() ? "" : "east",
                "1." + random.nextInt(3),
                1);
    }

    private PlaceShards place(ClusterState state) {
        List<ServerId> servers = new ArrayList<>();
        for (RegisteredServer server : state.servers().values()) {
            if (server.isUsable() || random.nextInt(10) == 0) {
                servers.add(server.record().id());
            }
        }
        if (servers.size() < 3) {
            return new PlaceShards(List.of());
        }
        ClusterSettings settings = state.requireFounding().settings();
        int factor = Math.min(state.replicationFactor(), servers.size());
        List<ManagedShard> shards = new ArrayList<>();
        for (ManagedShard shard : Clusters.place(settings).shards()) {
            List<ServerId> voters = new ArrayList<>(servers);
            Collections.shuffle(voters, random);
            shards.add(Clusters.shard(shard.record().id(), shard.record().range(), voters.subList(0, factor)));
        }
        return new PlaceShards(shards);
    }

    private ServerId server() {
        return Clusters.server(1 + random.nextInt(SERVERS));
    }

    private SettleLeaders settle() {
        return new SettleLeaders(List.of(new ShardId(1 + random.nextInt(5))));
    }

    private MarkServer mark(ClusterState state) {
        ServerId server = Clusters.server(1 + random.nextInt(SERVERS));
        ServerState present = state.stateOf(server);
        ServerState[] states = ServerState.values();
        ServerState from = present == null || random.nextInt(5) == 0 ? states[random.nextInt(states.length)] : present;
        RegisteredServer known = state.servers().get(server);
        ServerState heard = known == null ? ServerState.ACTIVE : known.stateWhenHeard();
        ServerState to = random.nextInt(3) == 0 ? states[random.nextInt(states.length)] : heard;
        return new MarkServer(server, from, to);
    }
}
