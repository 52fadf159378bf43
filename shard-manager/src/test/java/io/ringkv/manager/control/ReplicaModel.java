package io.ringkv.manager.control;

import io.ringkv.rpc.LedgerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * One replica of a shard as Ratis makes it behave towards others: terms, votes, a log, a leader that brings the others up to
 * date and commits by majorities of both sets while voters change. Whoever is elected in the middle of such a change goes on
 * with the new set alone, as Ratis does. Messages between replicas take no time; they get lost, or bring part of the log.
 */
final class ReplicaModel {

    static final long ROUND_MILLIS = 250;

    private static final long ELECTION_MILLIS = 1_000;
    private static final long STEP_DOWN_MILLIS = 2_000;
    private static final long STAGING_PATIENCE_MILLIS = 8_000;

    final ServerModel server;
    final ShardModel shard;

    /** What the server's ledger says. */
    LedgerState state;

    long ledgerEpoch;

    long term;
    int leaderHint;
    boolean leads;
    int staged;
    long fenceEpoch = 1;
    long fenceOperation;
    long fenceProposed;

    /** How many of its entries it knows to be committed. */
    int committed;

    private final List<ShardEntry> log = new ArrayList<>();
    private int configurationAt = -1;
    private int votedFor;
    private int startedAt;
    private long heardLeaderMillis;
    private long electionMillis;
    private long majorityMillis;
    private long electedMillis;
    private long stagedMillis;
    private long copiedMillis;
    private final Map<Integer, Integer> match = new TreeMap<>();
    private final Map<Integer, Long> answeredMillis = new TreeMap<>();

    ReplicaModel(ServerModel server, ShardModel shard, LedgerState state, long ledgerEpoch) {
        this.server = server;
        this.shard = shard;
        this.state = state;
        this.ledgerEpoch = ledgerEpoch;
    }

    /** A replica of the first placement. */
    void begin(ShardEntry first) {
        log.add(first);
        configurationAt = 0;
        committed = 1;
        restart();
    }

    /** An empty replica that obeys no leader of a term below the floor. */
    void join(long termFloor) {
        forget();
        term = termFloor;
        votedFor = server.number;
    }

    /** All that it had is gone. */
    void forget() {
        log.clear();
        configurationAt = -1;
        committed = 0;
        term = 0;
        votedFor = 0;
        fenceEpoch = 1;
        fenceOperation = 0;
        copiedMillis = 0;
        restart();
    }

    /** The process ended: what is in memory is gone. */
    void restart() {
        leads = false;
        staged = 0;
        leaderHint = 0;
        fenceProposed = 0;
        heardLeaderMillis = shard.now();
        setElectionTimeout();
    }

    private void setElectionTimeout() {
        electionMillis = ELECTION_MILLIS + shard.random(1_500);
    }

    boolean isThere() {
        return state == LedgerState.LEDGER_STATE_MEMBER || state == LedgerState.LEDGER_STATE_PREPARED;
    }

    boolean isAwake() {
        return isThere() && server.isAwake();
    }

    boolean isReady() {
        return leads && committed > startedAt;
    }

    boolean hasConfiguration() {
        return configurationAt >= 0;
    }

    /** The newest configuration it has, committed or not. */
    ShardEntry configuration() {
        return log.get(configurationAt);
    }

    int configurationIndex() {
        return configurationAt;
    }

    /** Whether its newest configuration is committed and not in transition. */
    boolean isSettled() {
        return configurationAt < committed && !configuration().isTransitional();
    }

    boolean isVoter() {
        return hasConfiguration() && configuration().names(server.number);
    }

    int entries() {
        return log.size();
    }

    boolean has(int index, ShardEntry entry) {
        return index < log.size() && log.get(index) == entry;
    }

    int matchOf(int other) {
        return match.getOrDefault(other, 0);
    }

    /** How long it has led. */
    long ledMillis() {
        return leads ? shard.now() - electedMillis : 0;
    }

    long silentMillis(int other) {
        return Math.min(60_000, shard.now() - answeredMillis.getOrDefault(other, shard.now() - 60_000));
    }

    void append(ShardEntry entry) {
        log.add(entry);
        if (entry.kind() == ShardEntry.Kind.VOTERS) {
            configurationAt = log.size() - 1;
        }
    }

    /** One turn of a leader, or of one that waits for one. */
    void turn() {
        if (leads) {
            lead();
        } else if (isVoter() && shard.now() - heardLeaderMillis >= electionMillis) {
            campaign(false);
        }
    }

    private void lead() {
        if (isReady() && shard.random(8) == 0) {
            append(ShardEntry.write(term));
        }
        SortedSet<Integer> others = new TreeSet<>(configuration().all());
        if (staged != 0) {
            others.add(staged);
        }
        for (int other : others) {
            ReplicaModel follower = other == server.number ? null : shard.reach(server, other);
            if (follower != null) {
                if (follower.term > term) {
                    adopt(follower.term);
                    return;
                }
                follower.follow(this);
                match.put(other, follower.agreed(this));
                answeredMillis.put(other, shard.now());
            }
        }
        if (hasMajorities(other -> silentMillis(other) < STEP_DOWN_MILLIS)) {
            majorityMillis = shard.now();
        } else if (staged == 0 && shard.now() - majorityMillis >= STEP_DOWN_MILLIS) {
            stepDown();
            return;
        }
        stage();
        commit();
    }

    private boolean hasMajorities(IntPredicate of) {
        ShardEntry newest = configuration();
        IntPredicate counted = other -> other == server.number || of.test(other);
        return isMajority(newest.voters(), counted)
                && (!newest.isTransitional() || isMajority(newest.before(), counted));
    }

    static boolean isMajority(SortedSet<Integer> voters, IntPredicate counted) {
        return 2 * voters.stream().mapToInt(Integer::intValue).filter(counted).count() > voters.size();
    }

    private void adopt(long higher) {
        term = higher;
        votedFor = 0;
        stepDown();
    }

    void stepDown() {
        leads = false;
        staged = 0;
        setElectionTimeout();
        heardLeaderMillis = shard.now();
    }

    /** Takes what the leader has, or part of it. */
    private void follow(ReplicaModel leader) {
        if (leader.term > term) {
            adopt(leader.term);
        }
        heardLeaderMillis = shard.now();
        leaderHint = leader.server.number;
        if (log.isEmpty()) {
            copiedMillis = copiedMillis == 0 ? shard.now() + shard.copyMillis() : copiedMillis;
            if (shard.now() < copiedMillis) {
                return;
            }
        }
        int same = agreed(leader);
        if (same < committed) {
            throw new AssertionError(
                    shard.context() + ": server " + server.number + " is made to forget what it knows to"
                            + " be committed: " + committed + " entries, " + same + " of them those of leader "
                            + leader.server.number + " in term " + leader.term);
        }
        while (log.size() > same) {
            log.remove(log.size() - 1);
        }
        findConfiguration();
        int until = shard.isLossy() ? same + shard.random(leader.log.size() - same + 1) : leader.log.size();
        for (int i = same; i < until; i++) {
            append(leader.log.get(i));
        }
        if (isVoter()) {
            state = LedgerState.LEDGER_STATE_MEMBER;
        }
        commitTo(Math.min(leader.committed, log.size()));
    }

    private void findConfiguration() {
        while (configurationAt >= log.size()
                || (configurationAt >= 0 && log.get(configurationAt).kind() != ShardEntry.Kind.VOTERS)) {
            configurationAt--;
        }
    }

    /** How many entries from the first on are those of the other. */
    private int agreed(ReplicaModel other) {
        int same = Math.min(log.size(), other.log.size());
        while (same > 0 && log.get(same - 1) != other.log.get(same - 1)) {
            same--;
        }
        return same;
    }

    private void stage() {
        if (staged == 0) {
            return;
        }
        if (matchOf(staged) >= log.size() - 1 && silentMillis(staged) < ROUND_MILLIS) {
            SortedSet<Integer> larger = new TreeSet<>(configuration().voters());
            larger.add(staged);
            if (server.sabotage() == Sabotage.TWO_VOTERS_AT_ONCE) {
                larger.remove(configuration().voters().stream()
                        .filter(voter -> voter != server.number)
                        .findFirst()
                        .orElse(0));
            }
            append(ShardEntry.transition(term, configuration().voters(), larger));
            staged = 0;
        } else if (shard.now() - stagedMillis >= STAGING_PATIENCE_MILLIS
                && silentMillis(staged) >= STAGING_PATIENCE_MILLIS) {
            staged = 0;
        }
    }

    /** Begins to bring up to date who is to become a voter. */
    void beginStaging(int target) {
        staged = target;
        stagedMillis = shard.now();
        answeredMillis.put(target, shard.now());
        match.put(target, 0);
    }

    private void commit() {
        for (int size = log.size(); size > committed && log.get(size - 1).term() == term; size--) {
            int wanted = size;
            if (hasMajorities(other -> matchOf(other) >= wanted)) {
                commitTo(size);
                break;
            }
        }
        if (leads && configuration().isTransitional() && configurationAt < committed) {
            append(ShardEntry.voters(term, configuration().voters()));
        }
        if (leads && configurationAt < committed && !isVoter()) {
            stepDown();
        }
    }

    private void commitTo(int size) {
        while (committed < size) {
            ShardEntry entry = log.get(committed);
            shard.committed(committed, entry, this);
            committed++;
            if (entry.kind() == ShardEntry.Kind.FENCE && entry.epoch() > fenceEpoch) {
                fenceEpoch = entry.epoch();
                fenceOperation = entry.operation();
            }
        }
    }

    /**
     * Asks for votes.
     *
     * @param isTold by its leader, so that nobody is asked before whether he would miss that one
     */
    void campaign(boolean isTold) {
        setElectionTimeout();
        heardLeaderMillis = shard.now();
        if (!isTold && !hasMajorities(other -> wouldVote(other))) {
            return;
        }
        term++;
        votedFor = server.number;
        Set<Integer> granted = new TreeSet<>();
        for (int other : configuration().all()) {
            ReplicaModel voter = other == server.number ? null : shard.reach(server, other);
            if (voter != null && voter.term > term) {
                adopt(voter.term);
                return;
            }
            if (voter != null && voter.vote(this)) {
                granted.add(other);
            }
        }
        if (hasMajorities(granted::contains)) {
            leads = true;
            staged = 0;
            leaderHint = server.number;
            fenceProposed = 0;
            match.clear();
            answeredMillis.clear();
            majorityMillis = shard.now();
            electedMillis = shard.now();
            append(ShardEntry.voters(term, configuration().voters()));
            startedAt = log.size() - 1;
            shard.led(server.number);
        }
    }

    private boolean wouldVote(int other) {
        ReplicaModel voter = shard.reach(server, other);
        return voter != null
                && voter.knows(this)
                && !voter.leads
                && shard.now() - voter.heardLeaderMillis >= ELECTION_MILLIS
                && !voter.isAheadOf(this);
    }

    private boolean knows(ReplicaModel candidate) {
        return hasConfiguration() && configuration().names(candidate.server.number);
    }

    private boolean isAheadOf(ReplicaModel candidate) {
        return lastTerm() != candidate.lastTerm()
                ? lastTerm() > candidate.lastTerm()
                : log.size() > candidate.log.size();
    }

    private long lastTerm() {
        return log.isEmpty() ? 0 : log.get(log.size() - 1).term();
    }

    private boolean vote(ReplicaModel candidate) {
        if (!knows(candidate) || candidate.term < term) {
            return false;
        }
        if (candidate.term > term) {
            adopt(candidate.term);
        }
        if (isAheadOf(candidate) || (votedFor != 0 && votedFor != candidate.server.number)) {
            return false;
        }
        votedFor = candidate.server.number;
        heardLeaderMillis = shard.now();
        return true;
    }
}
