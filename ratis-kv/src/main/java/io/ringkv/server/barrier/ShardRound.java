package io.ringkv.server.barrier;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.server.replica.ShardReplica;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** One shard's part in a round: what was true when it began, and who has answered what. Used by one thread. */
final class ShardRound {
    /** How far the shard has come. */
    enum State {
        /** More answers are needed. */
        OPEN,
        /** A majority confirmed the term. */
        CONFIRMED,
        /** Somebody is in a higher term: this leader is deposed. */
        DEPOSED,
        /** So many said no, or cannot be asked, that no majority is possible in this round. */
        HOPELESS
    }

    private final List<ReadBatch> reads;
    private final long startedNanos;
    private final long term;
    private final long commitIndex;
    private final VoterSets voters;
    private final Set<ServerId> yes = new TreeSet<>();
    private final Set<ServerId> lost = new TreeSet<>();
    private boolean deposed;

    /**
     * Begins with no answers.
     *
     * @param reads one or more batches, oldest first
     * @param startedNanos when the leader's state was looked at
     * @param term in which it led then
     * @param commitIndex last committed index then
     * @param voters then
     */
    ShardRound(List<ReadBatch> reads, long startedNanos, long term, long commitIndex, VoterSets voters, ServerId self) {
        this.reads = reads;
        this.startedNanos = startedNanos;
        this.term = term;
        this.commitIndex = commitIndex;
        this.voters = voters;
        // Counts only where this server votes: VoterSets looks at voters alone.
        yes.add(self);
    }

    /** The replica as of the newest read. */
    ShardReplica replica() {
        return reads.get(reads.size() - 1).replica();
    }

    GroupId group() {
        return replica().group();
    }

    List<ReadBatch> reads() {
        return reads;
    }

    long startedNanos() {
        return startedNanos;
    }

    long term() {
        return term;
    }

    long commitIndex() {
        return commitIndex;
    }

    VoterSets voters() {
        return voters;
    }

    /**
     * Notes an answer.
     *
     * @param answeredTerm term of the server's running division, 0 when it has none
     */
    void answer(ServerId server, long answeredTerm) {
        if (answeredTerm == term) {
            yes.add(server);
        } else if (answeredTerm > term) {
            deposed = true;
        } else {
            lost.add(server);
        }
    }

    /** Notes that the server will not answer in this round. */
    void lose(ServerId server) {
        if (!yes.contains(server)) {
            lost.add(server);
        }
    }

    boolean hasLosses() {
        return !lost.isEmpty();
    }

    boolean hasLost(ServerId server) {
        return lost.contains(server);
    }

    State state() {
        if (deposed) {
            return State.DEPOSED;
        }
        if (voters.isMajority(yes)) {
            return State.CONFIRMED;
        }
        return voters.isPossibleWithout(lost) ? State.OPEN : State.HOPELESS;
    }
}
