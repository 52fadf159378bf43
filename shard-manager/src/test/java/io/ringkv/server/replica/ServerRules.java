package io.ringkv.server.replica;

import io.ringkv.raft.LogPosition;
import io.ringkv.rpc.CleanReplica;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a real server decides about an instruction: opened for the simulation of the manager. */
public final class ServerRules {

    /** Whether it is to be done. What is done already, must wait, or is refused is not. */
    private static boolean isObeyed(Verdict verdict) {
        return verdict.kind() == Verdict.Kind.OBEY;
    }

    private ServerRules() {}

    /**
     * A ready leader at one moment.
     *
     * @param self its server
     * @param fenceEpoch replica epoch of the last fence it applied
     * @param fenceOperation operation of that fence
     * @param voters voters of the newest configuration
     * @param isChanging that configuration is transitional, or not committed yet
     * @param staged who is being caught up before it becomes a voter; 0 = nobody
     * @param answering who answered it lately, itself included
     */
    public record Leader(
            int self,
            long fenceEpoch,
            long fenceOperation,
            Set<Integer> voters,
            boolean isChanging,
            int staged,
            Set<Integer> answering) {

        /** The same behind another fence. */
        public Leader withFence(long epoch, long operation) {
            return new Leader(self, epoch, operation, voters, isChanging, staged, answering);
        }

        private VoterRules.Situation situation() {
            return new VoterRules.Situation(
                    true, self, fenceEpoch, fenceOperation, longs(voters), isChanging, staged, longs(answering));
        }

        private static Set<Long> longs(Set<Integer> numbers) {
            Set<Long> longs = new TreeSet<>();
            numbers.forEach(number -> longs.add(number.longValue()));
            return longs;
        }
    }

    /** Whether the leader obeys: a fence, an addition or removal of a voter, or the end of a staging. */
    public static boolean obeys(Leader leader, Instruction instruction) {
        long epoch = instruction.getReplicaEpoch();
        long operation = instruction.getOperation();
        return isObeyed(
                switch (instruction.getActionCase()) {
                    case FENCE -> VoterRules.fence(leader.situation(), epoch, operation);
                    case ADD_VOTER ->
                        VoterRules.change(
                                leader.situation(),
                                new VoterRules.Change(
                                        true,
                                        instruction.getAddVoter().getVoter().getServerId(),
                                        Set.copyOf(instruction.getAddVoter().getExpectedVotersList()),
                                        epoch,
                                        operation));
                    case REMOVE_VOTER ->
                        VoterRules.change(
                                leader.situation(),
                                new VoterRules.Change(
                                        false,
                                        instruction.getRemoveVoter().getVoter(),
                                        Set.copyOf(instruction.getRemoveVoter().getExpectedVotersList()),
                                        epoch,
                                        operation));
                    case END_STAGING -> VoterRules.endStaging(leader.situation(), epoch, operation);
                    default -> throw new IllegalArgumentException("not about voters: " + instruction);
                });
    }

    /** Whether a server makes an empty replica that joins. */
    public static boolean prepares(@Nullable LedgerState known, long knownEpoch, Instruction instruction) {
        return isObeyed(HoldingRules.prepare(
                known == null ? null : state(known),
                knownEpoch,
                instruction.getReplicaEpoch(),
                instruction.getPrepare().getTermFloor()));
    }

    /**
     * Whether a server deletes its replica.
     *
     * @param newestTerm term of the newest configuration that the replica knows
     * @param newestIndex index of that configuration; -1 if it knows none
     */
    public static boolean cleans(
            LedgerState known, long knownEpoch, int self, Instruction instruction, long newestTerm, long newestIndex) {
        CleanReplica clean = instruction.getClean();
        return isObeyed(HoldingRules.clean(
                state(known),
                knownEpoch,
                instruction.getReplicaEpoch(),
                self,
                clean.getVotersList(),
                new LogPosition(clean.getConfigurationTerm(), clean.getConfigurationIndex()),
                new LogPosition(newestTerm, newestIndex)));
    }

    /** A replica that is reported as prepared has been opened, and may be a voter at any moment. */
    private static LedgerEntry.State state(LedgerState reported) {
        return switch (reported) {
            case LEDGER_STATE_PREPARED -> LedgerEntry.State.JOINING;
            case LEDGER_STATE_MEMBER -> LedgerEntry.State.MEMBER;
            case LEDGER_STATE_REMOVED -> LedgerEntry.State.REMOVED;
            case LEDGER_STATE_LOST -> LedgerEntry.State.LOST;
            default -> throw new IllegalArgumentException("not a state of a ledger: " + reported);
        };
    }
}
