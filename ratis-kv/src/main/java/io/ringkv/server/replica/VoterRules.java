package io.ringkv.server.replica;

import java.util.Set;
import java.util.TreeSet;

/**
 * Whether the leader of a shard may carry out what it is told about the shard's voters. Pure.
 *
 * <p>The fear behind the rules: an instruction of an operation that was undone arrives late and changes the voters behind
 * the manager's back. So every change names its fence, an entry of the shard's own log that every later one overrides, and
 * the voters it expects; and only a leader that has applied its log so far that it knows the newest fence decides.
 */
final class VoterRules {
    /**
     * What is known where the instruction arrived.
     *
     * @param leads this replica leads and has applied the first entry of its term
     * @param self this server
     * @param fenceEpoch replica epoch of the last fence that was applied here
     * @param fenceOperation operation of that fence
     * @param voters voters of the newest configuration
     * @param changing that configuration is transitional, or not committed yet
     * @param staged who is being caught up before it becomes a voter; 0 = nobody
     * @param answering who answered the leader lately, itself included
     */
    record Situation(
            boolean leads,
            long self,
            long fenceEpoch,
            long fenceOperation,
            Set<Long> voters,
            boolean changing,
            long staged,
            Set<Long> answering) {
        Situation {
            voters = Set.copyOf(voters);
            answering = Set.copyOf(answering);
        }
    }

    /**
     * A change of one voter.
     *
     * @param addition or else removal
     * @param voter who is to become a voter, or to be one no more
     * @param expected voters before
     * @param epoch replica epoch of the instruction
     * @param operation operation of the instruction
     */
    record Change(boolean addition, long voter, Set<Long> expected, long epoch, long operation) {
        Change {
            expected = Set.copyOf(expected);
        }

        /** Voters afterwards. */
        Set<Long> wanted() {
            TreeSet<Long> wanted = new TreeSet<>(expected);
            if (addition) {
                wanted.add(voter);
            } else {
                wanted.remove(voter);
            }
            return wanted;
        }
    }

    private static final Verdict NOT_LEADING = Verdict.wait("this replica does not lead");

    private VoterRules() {}

    /** Decides about a fence. */
    static Verdict fence(Situation now, long epoch, long operation) {
        if (!now.leads()) {
            return NOT_LEADING;
        }
        if (now.fenceEpoch() == epoch && now.fenceOperation() == operation) {
            return Verdict.DONE;
        }
        return now.fenceEpoch() < epoch ? Verdict.OBEY : overtaken(now, epoch, operation);
    }

    /** Decides about a change of voters. */
    static Verdict change(Situation now, Change change) {
        if (!now.leads()) {
            return NOT_LEADING;
        }
        Verdict fenced = checkFence(now, change.epoch(), change.operation());
        if (fenced.kind() != Verdict.Kind.OBEY) {
            return fenced;
        }
        Set<Long> wanted = change.wanted();
        if (change.voter() == 0 || wanted.isEmpty() || wanted.equals(change.expected())) {
            return Verdict.refuse("it does not change exactly one voter");
        }
        if (!change.addition() && change.voter() == now.self()) {
            return Verdict.refuse("a leader cannot be removed: leadership must be transferred first");
        }
        if (now.changing() || now.staged() == change.voter()) {
            return Verdict.wait("a change of voters is under way");
        }
        if (now.staged() != 0) {
            return Verdict.refuse("another server is being caught up");
        }
        if (now.voters().equals(wanted)) {
            return Verdict.DONE;
        }
        if (!now.voters().equals(change.expected())) {
            return Verdict.refuse("the voters are others than it expects");
        }
        return change.addition() ? Verdict.OBEY : checkRemaining(now, wanted);
    }

    /** Ratis would commit a removal that leaves no majority alive, and the shard would stand still for good. */
    private static Verdict checkRemaining(Situation now, Set<Long> wanted) {
        long answering = wanted.stream().filter(now.answering()::contains).count();
        return 2 * answering > wanted.size()
                ? Verdict.OBEY
                : Verdict.refuse("only " + answering + " of the " + wanted.size() + " voters that would remain answer");
    }

    /** Decides about the end of a staged change. */
    static Verdict endStaging(Situation now, long epoch, long operation) {
        if (!now.leads()) {
            return NOT_LEADING;
        }
        return now.staged() == 0 ? Verdict.DONE : checkFence(now, epoch, operation);
    }

    private static Verdict checkFence(Situation now, long epoch, long operation) {
        if (now.fenceEpoch() == epoch && now.fenceOperation() == operation) {
            return Verdict.OBEY;
        }
        return now.fenceEpoch() < epoch
                ? Verdict.refuse("its fence (" + text(epoch, operation) + ") has not been applied: the last one is "
                        + text(now.fenceEpoch(), now.fenceOperation()))
                : overtaken(now, epoch, operation);
    }

    private static Verdict overtaken(Situation now, long epoch, long operation) {
        return Verdict.stale("its fence (" + text(epoch, operation) + ") is over: the last one is "
                + text(now.fenceEpoch(), now.fenceOperation()));
    }

    private static String text(long epoch, long operation) {
        return "replica epoch " + epoch + ", operation " + operation;
    }
}
