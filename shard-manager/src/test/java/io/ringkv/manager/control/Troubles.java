package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.operation.OperationKind;
import io.ringkv.manager.operation.OperationOrder;
import io.ringkv.manager.operation.Requester;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.StartOperation;
import io.ringkv.rpc.CancelOperation;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.DrainServer;
import io.ringkv.rpc.MaintainServer;
import io.ringkv.rpc.PauseOperations;
import io.ringkv.rpc.RemoveServer;
import io.ringkv.rpc.SetReplicationFactor;
import java.util.ArrayList;
import java.util.List;

/**
 * What happens to a cluster from outside: faults, and what operators want. A few at a time, in bad weather for messages; at
 * the end everything is mended that can be.
 */
final class Troubles {

    private static final long QUIET_MILLIS = 6 * 3_600_000;
    private static final int AT_ONCE_MOST = 8;
    private static final int WINDOW_MILLIS = 90_000;
    private static final int LONG_MILLIS = 60_000;
    private static final int SHORT_MILLIS = 5_000;

    private final SimulatedCluster cluster;

    Troubles(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    /** How long it is quiet between troubles, on average. */
    long quietMillis() {
        return QUIET_MILLIS;
    }

    private int random(int bound) {
        return cluster.random.nextInt(bound);
    }

    /** Several faults and wishes within a short time; in the end all that is broken is mended. */
    void strike() {
        cluster.network.setLossy(random(3) > 0);
        int window = SHORT_MILLIS + random(WINDOW_MILLIS);
        int troubles = 1 + random(AT_ONCE_MOST);
        for (int trouble = 0; trouble < troubles; trouble++) {
            cluster.queue.in(random(window), this::any);
        }
        cluster.queue.runFor(window + random(SHORT_MILLIS));
        mend();
        // Whatever was to be mended later has been by now, or is once more.
        cluster.queue.runFor(2 * LONG_MILLIS);
        mend();
    }

    private void any() {
        ServerModel server = anyServer();
        switch (random(26)) {
            case 0, 1, 2, 3 -> crash(server);
            case 4, 5 -> pause(server);
            case 6 -> {
                server.isCutFromServers = true;
                later(() -> server.isCutFromServers = false);
            }
            case 7 -> {
                server.isCutFromManagers = true;
                later(() -> server.isCutFromManagers = false);
            }
            case 8 -> cluster.network.cut(server.number, anyServer().number);
            case 9 -> loseFiles(server);
            case 10 -> vanish(server);
            case 11 -> join();
            case 12 -> drain(server, random(3) > 0);
            case 13 -> remove(server);
            case 14 ->
                cluster.ask(ChangeRequest.newBuilder()
                        .setMaintainServer(MaintainServer.newBuilder()
                                .setServer(server.id.toString())
                                .setMillis(random(2) * (1L + random(LONG_MILLIS)))));
            case 15, 16 ->
                cluster.ask(ChangeRequest.newBuilder()
                        .setSetReplicationFactor(
                                SetReplicationFactor.newBuilder().setReplicationFactor(1 + random(5))));
            case 17 ->
                cluster.ask(ChangeRequest.newBuilder()
                        .setPauseOperations(PauseOperations.newBuilder().setPaused(random(2) == 0)));
            case 18 -> cancel();
            case 19, 20 -> move();
            case 21, 22 -> trouble(cluster.managers);
            case 23 -> allManagersFail();
            case 24 -> cluster.shards.values().forEach(this::deposeLeader);
            default -> severalCrash();
        }
    }

    private ServerModel anyServer() {
        List<ServerModel> present = cluster.present();
        return present.get(random(present.size()));
    }

    private void later(Runnable mended) {
        cluster.queue.in(1 + random(random(3) == 0 ? SHORT_MILLIS : LONG_MILLIS), mended);
    }

    private void crash(ServerModel server) {
        server.crash();
        later(server::start);
    }

    private void severalCrash() {
        for (ServerModel server : cluster.present()) {
            if (random(2) == 0) {
                crash(server);
            }
        }
    }

    private void pause(ServerModel server) {
        if (server.isUp) {
            server.pause();
            later(server::start);
        }
    }

    /** The files of some replicas are gone when the server starts again. */
    private void loseFiles(ServerModel server) {
        if (!server.isAwake()) {
            return;
        }
        List<ShardModel> lost = cluster.shards.values().stream()
                .filter(shard -> random(2) == 0 && shard.canLose(server.number))
                .toList();
        server.crash();
        server.lose(lost);
        later(server::start);
    }

    /** Its disk is emptied: what starts again is another server. */
    private void vanish(ServerModel server) {
        boolean canBeSpared = cluster.shards.values().stream().allMatch(shard -> shard.canLose(server.number));
        if (server.isAwake() && canBeSpared) {
            server.vanish();
            later(cluster::addServer);
        }
    }

    private void join() {
        if (cluster.hasRoomForServers()) {
            cluster.addServer();
        }
    }

    private void drain(ServerModel server, boolean on) {
        cluster.ask(ChangeRequest.newBuilder()
                .setDrainServer(
                        DrainServer.newBuilder().setServer(server.id.toString()).setOn(on)));
    }

    /** Whatever the manager lets go may be thrown away. */
    private void remove(ServerModel server) {
        if (cluster.managers.state().stateOf(server.id) != ServerState.REMOVED) {
            cluster.ask(ChangeRequest.newBuilder()
                    .setRemoveServer(RemoveServer.newBuilder()
                            .setServer(server.id.toString())
                            .setForce(random(2) == 0)));
        }
    }

    private void cancel() {
        for (long number : cluster.managers.state().operations().running().keySet()) {
            cluster.ask(ChangeRequest.newBuilder()
                    .setCancelOperation(CancelOperation.newBuilder().setNumber(number)));
        }
    }

    /** Somebody moves or replaces a replica by hand, whether that makes sense or not. */
    private void move() {
        ClusterState state = cluster.managers.state();
        List<ShardId> ids = new ArrayList<>(state.shards().keySet());
        ShardId id = ids.get(random(ids.size()));
        ManagedShard shard = state.shards().get(id);
        if (shard == null) {
            return;
        }
        List<ServerId> voters = shard.record().voters();
        ServerId source = voters.get(random(voters.size()));
        ServerId target = anyServer().id;
        if (!source.equals(target)) {
            OperationKind kind = random(4) == 0 ? OperationKind.REPLACE_REPLICA : OperationKind.MOVE_REPLICA;
            Object unused = cluster.managers.request(
                    new StartOperation(new OperationOrder(kind, id, source, target, "", Requester.OPERATOR)));
        }
    }

    private void trouble(ManagersModel managers) {
        ManagerMember leader = managers.leader();
        if (leader == null) {
            return;
        }
        switch (random(3)) {
            case 0 -> managers.elect();
            case 1 -> {
                leader.crash();
                managers.endTerm();
                cluster.queue.in(1_000 + random(2_000), managers::elect);
                later(leader::start);
            }
            default -> {
                leader.pause();
                if (random(2) == 0) {
                    cluster.queue.in(1_000 + random(2_000), managers::elect);
                }
                cluster.queue.in(1_000 + random(30_000), leader::start);
            }
        }
    }

    private void allManagersFail() {
        cluster.managers.endTerm();
        cluster.managers.members().forEach(ManagerMember::crash);
        cluster.queue.in(random(LONG_MILLIS), () -> {
            cluster.managers.members().forEach(ManagerMember::start);
            cluster.managers.elect();
        });
    }

    private void deposeLeader(ShardModel shard) {
        ReplicaModel leader = shard.leader();
        if (leader != null && random(2) == 0) {
            leader.stepDown();
        }
    }

    private void mend() {
        cluster.network.setLossy(false);
        cluster.network.heal();
        for (ServerModel server : cluster.present()) {
            server.start();
            server.isCutFromServers = false;
            server.isCutFromManagers = false;
        }
        cluster.managers.members().forEach(ManagerMember::start);
        if (cluster.managers.leader() == null) {
            cluster.managers.elect();
        }
        while (cluster.present().size() < Math.max(3, cluster.managers.state().replicationFactor())) {
            cluster.addServer();
        }
    }
}
