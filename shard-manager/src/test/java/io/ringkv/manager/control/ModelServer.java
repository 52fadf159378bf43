package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.rpc.FollowerReport;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A server with its ledger, by the rules of the real one; what its replicas know comes from the models of their groups. */
final class ModelServer {

    final int number;
    final SortedMap<Integer, Replica> replicas = new TreeMap<>();
    boolean isUp = true;

    /** The others do not hear it; the manager does. */
    boolean isCutOff;

    long bootId = 1;
    private final String context;
    private final Random random;
    private final Map<Integer, ShardGroupModel> groups;
    private long sequence;
    private long managerTerm;

    /** One replica in the ledger. */
    static final class Replica {
        LedgerState state;
        long epoch;

        /** Newest configuration it knows; -1 for none. */
        long configurationIndex;

        /** What it believes while it is cut off as a leader; null if it does not lead or is not cut off. */
        ReplicaReport delusion;

        Replica(LedgerState state, long epoch, long configurationIndex) {
            this.state = state;
            this.epoch = epoch;
            this.configurationIndex = configurationIndex;
            this.delusion = ReplicaReport.getDefaultInstance();
        }

        boolean isThere() {
            return state == LedgerState.LEDGER_STATE_MEMBER || state == LedgerState.LEDGER_STATE_PREPARED;
        }
    }

    ModelServer(int number, String context, Random random, Map<Integer, ShardGroupModel> groups) {
        this.number = number;
        this.context = context + ", server " + number;
        this.random = random;
        this.groups = groups;
    }

    boolean canVote(int shard) {
        Replica replica = replicas.get(shard);
        return isUp && !isCutOff && replica != null && replica.isThere();
    }

    void crash() {
        isUp = false;
        bootId++;
        sequence = 0;
        replicas.values().forEach(replica -> replica.delusion = ReplicaReport.getDefaultInstance());
    }

    /** Cut off from other servers; what it led it goes on believing to lead. */
    void cutOff(Map<Integer, ManagedShard> shards) {
        replicas.forEach((shard, replica) -> {
            ShardGroupModel group = groups.get(shard);
            ManagedShard known = shards.get(shard);
            if (group != null && known != null && group.leader == number) {
                replica.delusion = report(known, group, replica);
            }
        });
        isCutOff = true;
    }

    void heal() {
        isCutOff = false;
        replicas.values().forEach(replica -> replica.delusion = ReplicaReport.getDefaultInstance());
    }

    /** What reaches it of the newest configuration; now and then it misses it. */
    void learn() {
        replicas.forEach((shard, replica) -> {
            ShardGroupModel group = groups.get(shard);
            if (group == null || !canVote(shard) || random.nextInt(4) == 0) {
                return;
            }
            boolean isTold = group.leader != 0
                    && (group.voters.contains(number)
                            || group.newestVoters().contains(number)
                            || group.staged == number);
            if (isTold) {
                replica.configurationIndex = group.configurationIndex + (group.isSettled() ? 0 : 1);
                if (group.newestVoters().contains(number)) {
                    replica.state = LedgerState.LEDGER_STATE_MEMBER;
                }
            }
        });
    }

    HeartbeatRequest heartbeat(Map<Integer, ManagedShard> shards) {
        sequence++;
        HeartbeatRequest.Builder heartbeat = HeartbeatRequest.newBuilder()
                .setServerId(number)
                .setBootId(bootId)
                .setSequence(sequence);
        replicas.forEach((shard, replica) -> {
            ShardGroupModel group = groups.get(shard);
            ManagedShard known = shards.get(shard);
            if (group != null && known != null) {
                heartbeat.addReplicas(report(known, group, replica));
            }
        });
        return heartbeat.build();
    }

    private ReplicaReport report(ManagedShard shard, ShardGroupModel group, Replica replica) {
        ReplicaReport.Builder report = ReplicaReport.newBuilder()
                .setShard(group.shard)
                .setGroupId(IdMessages.toBytes(shard.record().group()))
                .setIncarnation(1)
                .setLedgerState(replica.state)
                .setLedgerReplicaEpoch(replica.epoch);
        if (!replica.isThere()) {
            return report.setLifeCycle("ABSENT").build();
        }
        report.setLifeCycle("RUNNING").setTerm(group.term);
        if (isCutOff && replica.delusion.getLeaderReady()) {
            ReplicaReport.Builder believed =
                    replica.delusion.toBuilder().setLedgerState(replica.state).setLedgerReplicaEpoch(replica.epoch);
            believed.getFollowersBuilderList().forEach(follower -> follower.setSilentMillis(5_000));
            return believed.build();
        }
        if (group.leader == number && !isCutOff) {
            lead(report, group);
        }
        return report.build();
    }

    private void lead(ReplicaReport.Builder report, ShardGroupModel group) {
        report.setLeaderReady(true)
                .setRole("LEADER")
                .setAppliedIndex(group.configurationIndex)
                .setCommitIndex(group.configurationIndex)
                .setConfigurationIndex(group.configurationIndex)
                .setConfigurationTerm(group.configurationTerm)
                .setConfigurationCommitted(group.isSettled())
                .setConfigurationTransitional(!group.isSettled() && random.nextBoolean())
                .setReplicaEpoch(group.fenceEpoch)
                .setFenceOperation(group.fenceOperation)
                .setStagedServer(group.staged);
        for (int voter : group.newestVoters()) {
            report.addVoters(voter);
            if (voter != number) {
                report.addFollowers(FollowerReport.newBuilder()
                        .setServerId(voter)
                        .setMatchIndex(group.configurationIndex)
                        .setSilentMillis(group.isLive(voter) ? 100 : 5_000));
            }
        }
    }

    void obey(long term, Instruction instruction) {
        if (!isUp || term < managerTerm) {
            return;
        }
        managerTerm = term;
        int shard = instruction.getShard();
        Replica known = replicas.get(shard);
        switch (instruction.getActionCase()) {
            case CREATE -> {
                if (known == null) {
                    replicas.put(shard, new Replica(LedgerState.LEDGER_STATE_MEMBER, 1, 1));
                }
            }
            case PREPARE -> prepare(instruction, known);
            case CLEAN -> clean(instruction, known);
            default -> Objects.requireNonNull(groups.get(shard)).obey(number, instruction);
        }
    }

    private void prepare(Instruction instruction, @Nullable Replica known) {
        long epoch = instruction.getReplicaEpoch();
        ShardGroupModel group = Objects.requireNonNull(groups.get(instruction.getShard()));
        assertThat(instruction.getPrepare().getTermFloor())
                .as("%s: the floor is a term there was", context)
                .isBetween(1L, group.term);
        if (known == null) {
            replicas.put(group.shard, new Replica(LedgerState.LEDGER_STATE_PREPARED, epoch, -1));
        } else if (epoch > known.epoch && !known.isThere()) {
            known.state = LedgerState.LEDGER_STATE_PREPARED;
            known.epoch = epoch;
            known.configurationIndex = -1;
        } else if (known.state == LedgerState.LEDGER_STATE_PREPARED) {
            known.epoch = Math.max(epoch, known.epoch);
        }
    }

    private void clean(Instruction instruction, @Nullable Replica known) {
        ShardGroupModel group = Objects.requireNonNull(groups.get(instruction.getShard()));
        assertThat(instruction.getClean().getVotersList())
                .as("%s: is not told to delete by a set it is in", context)
                .doesNotContain((long) number);
        if (known == null) {
            replicas.put(group.shard, new Replica(LedgerState.LEDGER_STATE_REMOVED, instruction.getReplicaEpoch(), -1));
            return;
        }
        if (known.state == LedgerState.LEDGER_STATE_REMOVED) {
            known.epoch = Math.max(known.epoch, instruction.getReplicaEpoch());
            return;
        }
        boolean isNewest = known.state == LedgerState.LEDGER_STATE_LOST
                || instruction.getClean().getConfigurationIndex() >= known.configurationIndex;
        if (instruction.getReplicaEpoch() > known.epoch && isNewest) {
            assertThat(group.voters)
                    .as("%s: deletes no replica of the committed voters, by %s", context, instruction)
                    .doesNotContain(number);
            assertThat(group.newestVoters())
                    .as("%s: nor of those to come, by %s", context, instruction)
                    .doesNotContain(number);
            assertThat(group.staged)
                    .as("%s: nor of those being caught up, by %s", context, instruction)
                    .isNotEqualTo(number);
            known.state = LedgerState.LEDGER_STATE_REMOVED;
            known.epoch = instruction.getReplicaEpoch();
        }
    }
}
