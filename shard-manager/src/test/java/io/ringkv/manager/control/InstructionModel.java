package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import io.ringkv.server.replica.ServerRules;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What comes of what the replicas of a shard are told by the manager. Whether they obey is decided by the rules of real
 * servers ({@link ServerRules}), unless a {@link Sabotage} leaves one of them out.
 */
final class InstructionModel {

    private static final long ANSWERING_MILLIS = 1_000;

    private final ShardModel shard;

    InstructionModel(ShardModel shard) {
        this.shard = shard;
    }

    /** Does what the manager says, or does not. */
    void obey(ServerModel server, Instruction instruction) {
        ReplicaModel known = shard.replica(server.number);
        boolean isClean = instruction.hasClean() && server.sabotage() == Sabotage.CLEAN_IGNORES_EPOCH;
        if (known != null && instruction.getReplicaEpoch() < known.ledgerEpoch && !isClean) {
            return;
        }
        switch (instruction.getActionCase()) {
            case CREATE -> create(server, instruction.getReplicaEpoch());
            case PREPARE -> prepare(server, instruction);
            case CLEAN -> clean(server, instruction);
            default -> {
                if (known != null && known.isThere() && known.isReady()) {
                    lead(known, instruction);
                }
            }
        }
    }

    /** First placement. */
    private void create(ServerModel server, long epoch) {
        if (shard.replica(server.number) == null) {
            ReplicaModel replica = new ReplicaModel(server, shard, LedgerState.LEDGER_STATE_MEMBER, epoch);
            shard.begin(replica);
        }
    }

    private void prepare(ServerModel server, Instruction instruction) {
        long epoch = instruction.getReplicaEpoch();
        long floor = instruction.getPrepare().getTermFloor();
        assertThat(floor)
                .as("%s: the floor is a term there was", shard.context())
                .isBetween(1L, shard.highestTerm());
        ReplicaModel known = shard.replica(server.number);
        boolean isObeyed = ServerRules.prepares(
                known == null ? null : known.state, known == null ? 0 : known.ledgerEpoch, instruction);
        if (isObeyed) {
            ReplicaModel replica =
                    known == null ? new ReplicaModel(server, shard, LedgerState.LEDGER_STATE_PREPARED, epoch) : known;
            shard.replicas().put(server.number, replica);
            replica.state = LedgerState.LEDGER_STATE_PREPARED;
            replica.join(server.sabotage() == Sabotage.NO_TERM_FLOOR ? 0 : floor);
            replica.ledgerEpoch = epoch;
        } else if (known != null) {
            known.ledgerEpoch = Math.max(epoch, known.ledgerEpoch);
        }
    }

    private void clean(ServerModel server, Instruction instruction) {
        assertThat(instruction.getClean().getVotersList())
                .as("%s: server %d is not told to delete by a set it is in", shard.context(), server.number)
                .doesNotContain((long) server.number);
        long epoch = instruction.getReplicaEpoch();
        ReplicaModel known = shard.replica(server.number);
        if (known == null) {
            shard.replicas()
                    .put(server.number, new ReplicaModel(server, shard, LedgerState.LEDGER_STATE_REMOVED, epoch));
        } else if (isCleaned(server, known, instruction)) {
            shard.checkNobodyNeeds(server.number, instruction);
            known.state = LedgerState.LEDGER_STATE_REMOVED;
            known.ledgerEpoch = epoch;
            known.forget();
        } else if (known.state == LedgerState.LEDGER_STATE_REMOVED) {
            known.ledgerEpoch = Math.max(known.ledgerEpoch, epoch);
        }
    }

    private static boolean isCleaned(ServerModel server, ReplicaModel known, Instruction instruction) {
        boolean isBlank = !known.hasConfiguration() || server.sabotage() == Sabotage.CLEAN_IGNORES_CONFIGURATION;
        return ServerRules.cleans(
                known.state,
                server.sabotage() == Sabotage.CLEAN_IGNORES_EPOCH ? 0 : known.ledgerEpoch,
                server.number,
                instruction,
                isBlank ? 0 : known.configuration().term(),
                isBlank ? -1 : known.configurationIndex());
    }

    /** An instruction to a leader. */
    private void lead(ReplicaModel leader, Instruction instruction) {
        switch (instruction.getActionCase()) {
            case TRANSFER_LEADER ->
                transfer(leader, (int) instruction.getTransferLeader().getTarget());
            case FENCE -> {
                long epoch = instruction.getReplicaEpoch();
                if (isObeyed(leader, instruction) && epoch > leader.fenceProposed) {
                    leader.fenceProposed = epoch;
                    leader.append(ShardEntry.fence(leader.term, epoch, instruction.getOperation()));
                }
            }
            case ADD_VOTER -> {
                if (isObeyed(leader, instruction)) {
                    leader.beginStaging(
                            (int) instruction.getAddVoter().getVoter().getServerId());
                }
            }
            case REMOVE_VOTER -> {
                if (isObeyed(leader, instruction)) {
                    remove(leader, (int) instruction.getRemoveVoter().getVoter());
                }
            }
            case END_STAGING -> {
                if (isObeyed(leader, instruction)) {
                    leader.stepDown();
                }
            }
            default -> throw new AssertionError(shard.context() + ": not for a leader: " + instruction);
        }
    }

    private static boolean isObeyed(ReplicaModel leader, Instruction instruction) {
        ShardEntry configuration = leader.configuration();
        Set<Integer> answering = new TreeSet<>(Set.of(leader.server.number));
        configuration.all().stream()
                .filter(voter -> leader.silentMillis(voter) <= ANSWERING_MILLIS)
                .forEach(answering::add);
        ServerRules.Leader seen = new ServerRules.Leader(
                leader.server.number,
                leader.fenceEpoch,
                leader.fenceOperation,
                configuration.voters(),
                !leader.isSettled(),
                leader.staged,
                answering);
        if (!instruction.hasFence() && leader.server.sabotage() == Sabotage.NO_FENCE) {
            return ServerRules.obeys(
                    seen.withFence(instruction.getReplicaEpoch(), instruction.getOperation()), instruction);
        }
        boolean isChange = instruction.hasAddVoter() || instruction.hasRemoveVoter();
        boolean isOvertaken = isChange && leader.fenceProposed > instruction.getReplicaEpoch();
        return !isOvertaken && ServerRules.obeys(seen, instruction);
    }

    private void transfer(ReplicaModel leader, int target) {
        ReplicaModel successor = shard.reach(leader.server, target);
        if (leader.staged == 0
                && successor != null
                && leader.configuration().voters().contains(target)
                && leader.matchOf(target) >= leader.entries()
                && successor.isVoter()) {
            successor.campaign(true);
        }
    }

    private void remove(ReplicaModel leader, int voter) {
        SortedSet<Integer> smaller = new TreeSet<>(leader.configuration().voters());
        smaller.remove(voter);
        assertThat(ReplicaModel.isMajority(smaller, other -> shard.wasAwakeWithin(other, 2 * ANSWERING_MILLIS)))
                .as("%s: those that stay are a majority: %s", shard.context(), smaller)
                .isTrue();
        leader.append(ShardEntry.transition(leader.term, leader.configuration().voters(), smaller));
    }
}
