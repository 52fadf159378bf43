package io.ringkv.server.replica;

import io.ringkv.raft.LogPosition;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Whether a server may make a replica that joins a group, and whether it may delete one, by what its ledger says. Pure.
 *
 * <p>The fears behind the rules: a replica that was a voter comes back blank, having forgotten what it acknowledged; and a
 * late instruction deletes a replica that is a voter again.
 */
final class HoldingRules {
    private HoldingRules() {}

    /**
     * Decides about a preparation.
     *
     * @param known what the ledger says; null = it does not know the group
     * @param knownEpoch highest replica epoch obeyed
     * @param epoch replica epoch of the instruction
     * @param termFloor term below which the replica is to obey no leader
     */
    static Verdict prepare(LedgerEntry.@Nullable State known, long knownEpoch, long epoch, long termFloor) {
        if (termFloor < 1) {
            return Verdict.refuse("it names no term floor");
        }
        if (known == null) {
            return Verdict.OBEY;
        }
        if (epoch < knownEpoch) {
            return overtaken(epoch, knownEpoch);
        }
        return switch (known) {
            // It was interrupted, or is done again before it was ever opened.
            case PREPARED -> Verdict.OBEY;
            case JOINING -> Verdict.DONE;
            // A late copy of the instruction that it came from; else something it did not hear the end of.
            case MEMBER ->
                epoch == knownEpoch
                        ? Verdict.DONE
                        : Verdict.refuse("this server has a replica already, which must be cleaned first");
            case REMOVED, LOST ->
                epoch > knownEpoch
                        ? Verdict.OBEY
                        : Verdict.stale("the replica is " + known + " at replica epoch " + knownEpoch
                                + ", and is made anew only by a higher one");
        };
    }

    /**
     * Decides about a deletion.
     *
     * @param known what the ledger says
     * @param knownEpoch highest replica epoch obeyed
     * @param epoch replica epoch of the instruction
     * @param self this server
     * @param voters the committed configuration that is the reason for the deletion
     * @param named where that lies in the log
     * @param newest where the newest configuration lies that the replica itself knows, committed or not
     */
    static Verdict clean(
            LedgerEntry.State known,
            long knownEpoch,
            long epoch,
            long self,
            Collection<Long> voters,
            LogPosition named,
            LogPosition newest) {
        if (known == LedgerEntry.State.REMOVED) {
            return Verdict.DONE;
        }
        if (voters.isEmpty()) {
            return Verdict.refuse("it names no voters");
        }
        if (voters.contains(self)) {
            return Verdict.refuse("this server is one of the voters it names");
        }
        if (epoch <= knownEpoch) {
            return overtaken(epoch, knownEpoch);
        }
        boolean knowsNothingNewer =
                known == LedgerEntry.State.PREPARED || known == LedgerEntry.State.LOST || !isAfter(newest, named);
        return knowsNothingNewer
                ? Verdict.OBEY
                : Verdict.refuse("it names the configuration at " + named + ", but the replica knows one at " + newest);
    }

    /**
     * By term first: what a replica has beyond the named entry, and of an earlier term, was never committed. Where a term is
     * not known, by index alone: an entry that lies further on might be a later one.
     */
    private static boolean isAfter(LogPosition newest, LogPosition named) {
        boolean isByIndex = newest.term() == named.term() || newest.term() == 0 || named.term() == 0;
        return isByIndex ? newest.index() > named.index() : newest.term() > named.term();
    }

    private static Verdict overtaken(long epoch, long knownEpoch) {
        return Verdict.stale("replica epoch " + epoch + " is over (obeyed: " + knownEpoch + ")");
    }
}
