package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.state.Clusters;
import io.ringkv.rpc.FollowerReport;
import io.ringkv.rpc.HeartbeatReply;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A server as the manager knows it: reports what it has, and obeys by the rules of the real one. What is kept on disk
 * outlives a crash; what is in memory does not; a pause keeps both.
 */
final class ServerModel {

    static final long BEAT_MILLIS = 500;

    private static final long SILENT_BUT_NOT_ACCUSED_MILLIS = 2_500;
    private static final int LATE_MILLIS_MOST = 60_000;

    final int number;
    final ServerId id;
    private final SimulatedNetwork network;
    private final ManagersModel managers;
    private final Map<Integer, ShardModel> shards;
    private final Sabotage sabotage;

    boolean isUp = true;
    boolean isPaused;
    boolean isCutFromServers;
    boolean isCutFromManagers;

    /** Its disk was emptied, or it was removed: it never comes back. */
    boolean isGone;

    /** Instructions of these kinds do not arrive before somebody delivers them. */
    final Set<Instruction.ActionCase> delayed = EnumSet.noneOf(Instruction.ActionCase.class);

    /** Those that did not. */
    final List<Instruction> underWay = new ArrayList<>();

    private boolean isRegistered;
    private long bootId = 1;
    private long sequence;
    private long managerTerm;
    private int believedLeader;
    private int unanswered;
    private long awakeMillis;

    ServerModel(
            int number,
            SimulatedNetwork network,
            ManagersModel managers,
            Map<Integer, ShardModel> shards,
            Sabotage sabotage) {
        this.number = number;
        this.id = Clusters.server(number);
        this.network = network;
        this.managers = managers;
        this.shards = shards;
        this.sabotage = sabotage;
        network.queue.every(network.random((int) BEAT_MILLIS), BEAT_MILLIS, this::beat);
    }

    Sabotage sabotage() {
        return sabotage;
    }

    boolean isAwake() {
        return isUp && !isPaused && !isGone;
    }

    boolean wasAwakeWithin(long millis) {
        return isAwake() || network.now() - awakeMillis <= millis;
    }

    void crash() {
        if (isAwake()) {
            awakeMillis = network.now();
        }
        isUp = false;
        isPaused = false;
    }

    void pause() {
        awakeMillis = network.now();
        isPaused = true;
    }

    void start() {
        isPaused = false;
        if (!isUp && !isGone) {
            isUp = true;
            bootId++;
            sequence = 0;
            isRegistered = false;
            shards.values().forEach(shard -> {
                ReplicaModel replica = shard.replica(number);
                if (replica != null) {
                    replica.restart();
                }
            });
        }
    }

    /** Comes back without the files of these shards' replicas. */
    void lose(Iterable<ShardModel> lost) {
        lost.forEach(shard -> {
            ReplicaModel replica = shard.replica(number);
            if (replica != null && replica.isThere()) {
                replica.forget();
                replica.state = LedgerState.LEDGER_STATE_LOST;
            }
        });
    }

    /** Its disk is emptied, and so is its name. */
    void vanish() {
        crash();
        isGone = true;
    }

    private void beat() {
        if (!isAwake() || isCutFromManagers) {
            return;
        }
        if (unanswered > 2) {
            believedLeader = network.random(ManagersModel.MEMBERS);
            unanswered = 0;
        }
        unanswered++;
        if (!isRegistered) {
            managers.register(believedLeader, number, () -> isRegistered = true, this::redirect);
            return;
        }
        HeartbeatRequest heartbeat = heartbeat();
        long boot = bootId;
        int copies = network.isLossy() && network.random(20) == 0 ? 2 : 1;
        int manager = believedLeader;
        for (int copy = 0; copy < copies; copy++) {
            long delay = network.delayMillis();
            if (delay >= 0) {
                network.queue.in(delay, () -> managers.heartbeat(manager, heartbeat, reply -> answer(boot, reply)));
            }
        }
    }

    private void redirect(int leader) {
        believedLeader = leader;
    }

    private void answer(long boot, HeartbeatReply reply) {
        long delay = network.delayMillis();
        if (delay < 0) {
            return;
        }
        network.queue.in(delay, () -> {
            if (isAwake() && boot == bootId) {
                take(reply);
            }
        });
    }

    private void take(HeartbeatReply reply) {
        unanswered = 0;
        if (reply.getNotLeader()) {
            believedLeader =
                    reply.hasLeader() ? managers.memberOf(reply.getLeader()) : network.random(ManagersModel.MEMBERS);
            return;
        }
        if (reply.hasRefusal()) {
            isRegistered = false;
            if (managers.isRemoved(id)) {
                vanish();
            }
            return;
        }
        for (Instruction instruction : reply.getInstructionsList()) {
            if (delayed.contains(instruction.getActionCase())) {
                underWay.add(instruction);
                continue;
            }
            obey(reply.getManagerTerm(), instruction);
            if (network.isLossy() && network.random(10) == 0) {
                network.queue.in(network.random(LATE_MILLIS_MOST), () -> obey(reply.getManagerTerm(), instruction));
            }
        }
    }

    /** An instruction of the present manager arrives, as late as it may be. */
    void deliver(Instruction instruction) {
        obey(managerTerm, instruction);
    }

    private void obey(long term, Instruction instruction) {
        if (!isAwake() || term < managerTerm) {
            return;
        }
        managerTerm = term;
        ShardModel shard = managers.shard(instruction.getShard());
        shard.instructions.obey(this, instruction);
    }

    private HeartbeatRequest heartbeat() {
        sequence++;
        HeartbeatRequest.Builder heartbeat = HeartbeatRequest.newBuilder()
                .setClusterId(IdMessages.toBytes(Clusters.CLUSTER))
                .setServerId(number)
                .setBootId(bootId)
                .setSequence(sequence);
        shards.values().forEach(shard -> {
            ReplicaModel replica = shard.replica(number);
            if (replica != null) {
                heartbeat.addReplicas(report(shard, replica));
            }
        });
        return heartbeat.build();
    }

    private ReplicaReport report(ShardModel shard, ReplicaModel replica) {
        ReplicaReport.Builder report = ReplicaReport.newBuilder()
                .setShard(shard.number)
                .setGroupId(shard.group)
                .setIncarnation(1)
                .setLedgerState(replica.state)
                .setLedgerReplicaEpoch(replica.ledgerEpoch);
        if (!replica.isThere()) {
            return report.setLifeCycle("ABSENT")
                    .setFailure(replica.state == LedgerState.LEDGER_STATE_LOST ? "its directory is missing" : "")
                    .build();
        }
        report.setLifeCycle("RUNNING")
                .setRole(replica.leads ? "LEADER" : "FOLLOWER")
                .setTerm(replica.term)
                .setAppliedIndex(replica.committed)
                .setCommitIndex(replica.committed)
                .setDataBytes(shard.dataBytes)
                .setReplicaEpoch(replica.fenceEpoch)
                .setFenceOperation(replica.fenceOperation);
        if (sabotage != Sabotage.DOWN_IGNORES_SUSPICION) {
            report.setLeaderHint(replica.leads ? number : replica.leaderHint);
        }
        if (replica.hasConfiguration()) {
            addConfiguration(report, replica);
        }
        if (replica.isReady()) {
            report.setLeaderReady(true).setStagedServer(replica.staged);
            addFollowers(report, replica);
        }
        return report.build();
    }

    private static void addConfiguration(ReplicaReport.Builder report, ReplicaModel replica) {
        ShardEntry configuration = replica.configuration();
        report.setConfigurationIndex(replica.configurationIndex())
                .setConfigurationTerm(configuration.term())
                .setConfigurationCommitted(replica.configurationIndex() < replica.committed)
                .setConfigurationTransitional(configuration.isTransitional());
        configuration.voters().forEach(voter -> report.addVoters(voter));
    }

    private void addFollowers(ReplicaReport.Builder report, ReplicaModel replica) {
        for (int voter : replica.configuration().all()) {
            if (voter != number) {
                long silent = replica.silentMillis(voter);
                ReplicaModel other = replica.shard.replica(voter);
                boolean isHidden =
                        sabotage == Sabotage.DOWN_IGNORES_SUSPICION && other != null && other.server.isCutFromManagers;
                report.addFollowers(FollowerReport.newBuilder()
                        .setServerId(voter)
                        .setMatchIndex(replica.matchOf(voter))
                        .setSilentMillis(isHidden ? Math.max(silent, SILENT_BUT_NOT_ACCUSED_MILLIS) : silent));
            }
        }
    }
}
