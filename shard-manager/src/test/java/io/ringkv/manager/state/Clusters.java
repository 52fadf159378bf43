package io.ringkv.manager.state;

import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Ring;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.shardmap.ReplicaRecord;
import io.ringkv.common.shardmap.ReplicaRole;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.manager.operation.OperationKind;
import io.ringkv.manager.operation.OperationOrder;
import io.ringkv.manager.operation.Requester;
import io.ringkv.manager.operation.VoterConfiguration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Ready-made commands and states for tests; ids are small numbers. */
public final class Clusters {

    public static final ClusterId CLUSTER = new ClusterId(new UUID(7, 7));
    public static final ManagerId PROPOSER = new ManagerId(1);

    private Clusters() {}

    public static ServerId server(int number) {
        return new ServerId(number);
    }

    public static ManagerRecord manager(int number) {
        return new ManagerRecord(
                new ManagerId(number),
                "m" + number,
                "manager" + number + ":1",
                "manager" + number + ":2",
                "manager" + number + ":3");
    }

    public static Founding founding(int expectedServers, int shards, int replicationFactor) {
        return new Founding(
                CLUSTER,
                new GroupId(new UUID(8, 8)),
                List.of(manager(1), manager(2), manager(3)),
                new ClusterSettings(expectedServers, shards, replicationFactor));
    }

    public static ServerAddresses addresses(int number) {
        return new ServerAddresses(
                "server" + number + ":1", "server" + number + ":2", "server" + number + ":3", "server" + number + ":4");
    }

    public static ServerAddresses managerAddresses(int number) {
        return new ServerAddresses("manager" + number + ":1", "manager" + number + ":2", "manager" + number + ":3", "");
    }

    public static RegisterServer register(int number) {
        return new RegisterServer(server(number), "", addresses(number), "", "1.0", 1);
    }

    /** A valid placement on the servers 1 to n in turn. */
    public static PlaceShards place(ClusterSettings settings) {
        List<ManagedShard> shards = new ArrayList<>();
        for (Ring.Arc arc : Ring.equalArcs(settings.shards()).arcs()) {
            List<ServerId> voters = new ArrayList<>();
            for (int replica = 0; replica < settings.replicationFactor(); replica++) {
                voters.add(server(1 + (arc.shard().value() + replica) % settings.expectedServers()));
            }
            shards.add(shard(arc.shard(), arc.range(), voters));
        }
        return new PlaceShards(shards);
    }

    public static ManagedShard shard(ShardId id, TokenRange range, List<ServerId> voters) {
        List<ReplicaRecord> replicas = voters.stream()
                .map(voter -> new ReplicaRecord(voter, ReplicaRole.VOTER))
                .toList();
        ShardRecord record = new ShardRecord(id, new GroupId(new UUID(9, id.value())), 1, range, 1, 1, replicas, null);
        return ManagedShard.of(record, new GroupId(new UUID(10, id.value())), 1, false);
    }

    /** A move wanted by the manager's rules. */
    public static StartOperation move(int shard, int source, int target) {
        return start(OperationKind.MOVE_REPLICA, shard, source, target);
    }

    /**
     * An operation wanted by the manager's rules.
     *
     * @param source 0 for none
     * @param target 0 for none
     */
    public static StartOperation start(OperationKind kind, int shard, int source, int target) {
        return new StartOperation(new OperationOrder(
                kind,
                new ShardId(shard),
                source == 0 ? null : server(source),
                target == 0 ? null : server(target),
                "for a test",
                Requester.POLICY));
    }

    /** A committed configuration, in term 1. */
    public static VoterConfiguration configuration(long index, int... voters) {
        return new VoterConfiguration(
                Arrays.stream(voters).mapToObj(Clusters::server).toList(), 1, index);
    }

    /** A log that applies what it is given, one term all the time. */
    public static final class Log {

        public static final long TERM = 3;

        private ClusterState state = ClusterState.EMPTY;
        private long index;

        /** Applies a command as if its leader had decided in the same term. */
        public Applied apply(ClusterCommand command) {
            return apply(command, command.isLeadersDecision() ? TERM : 0);
        }

        public Applied apply(ClusterCommand command, long decidedInTerm) {
            return apply(command, decidedInTerm, 0);
        }

        public Applied apply(ClusterCommand command, long decidedInTerm, long expectedRingEpoch) {
            index++;
            Applied applied = ClusterMachine.apply(
                    state,
                    new LoggedCommand(1, 1_000 * index, PROPOSER, decidedInTerm, expectedRingEpoch, command),
                    TERM,
                    index);
            state = applied.state();
            return applied;
        }

        public ClusterState state() {
            return state;
        }

        /** Creates the cluster and brings its servers to ACTIVE. */
        public Log withActiveServers(Founding founding) {
            apply(new CreateCluster(founding));
            for (int number = 1; number <= founding.settings().expectedServers(); number++) {
                apply(register(number));
                apply(new MarkServer(server(number), ServerState.JOINING, ServerState.ACTIVE));
            }
            return this;
        }

        /** The same, and places its shards. */
        public Log placed(Founding founding) {
            withActiveServers(founding);
            apply(place(founding.settings()));
            return this;
        }

        public RegisteredServer registered(int number) {
            return Objects.requireNonNull(state.servers().get(server(number)));
        }
    }
}
