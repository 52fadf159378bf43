package io.ringkv.server.barrier;

import io.ringkv.common.id.ServerId;
import io.ringkv.server.barrier.ModelNetwork.Link;
import io.ringkv.server.replica.DivisionView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Raft as the barrier's argument needs it: terms and votes that survive restarts, elections, a log, commits, and changes of
 * voters by joint consensus. Ways in which it is rougher than the real one, so that more can go wrong: no pre-vote; a leader
 * never notices by itself that it lost its majority; followers do not protect a live leader.
 *
 * <p>Like Ratis, voters ignore candidates outside their configuration, and a new leader's first entry repeats its
 * configuration, in which a change under way ends at once if the changes are of one voter each (see {@link
 * ModelCluster.Changes}).
 */
final class ModelRaft {
    private static final long ELECTION_FROM = 15 * ModelNetwork.MILLIS;
    private static final long ELECTION_TO = 40 * ModelNetwork.MILLIS;
    private static final int BATCH = 8;
    private static final ModelConfiguration NONE = new ModelConfiguration(0, 0);

    /** An entry of the log; an instance is one proposal, wherever it is copied to, and equal to itself only. */
    static final class Entry {
        private final long term;
        private final @Nullable ModelConfiguration configuration;

        private Entry(long term, @Nullable ModelConfiguration configuration) {
            this.term = term;
            this.configuration = configuration;
        }
    }

    private enum Role {
        FOLLOWER,
        CANDIDATE,
        LEADER
    }

    private final ModelServer server;
    private final int self;
    private final ModelCluster cluster;

    // Survives restarts. Index 0 of the list is index 1 of the log.
    private final List<Entry> log = new ArrayList<>();
    private int configurationIndex;
    private long term;
    private int votedFor;

    // Does not.
    private Role role = Role.FOLLOWER;
    private long electionDue;
    private int votes;
    private int commit;
    private int applied;
    private int startupIndex;
    private final int[] next;
    private final int[] match;

    ModelRaft(ModelServer server, ModelCluster cluster, int servers) {
        this.server = server;
        this.self = server.number();
        this.cluster = cluster;
        this.next = new int[servers + 1];
        this.match = new int[servers + 1];
    }

    /** The entry with which all first voters begin. */
    static Entry first(ModelConfiguration configuration) {
        return new Entry(0, configuration);
    }

    /** Makes this a first voter. */
    void create(Entry first) {
        add(first);
    }

    /** Forgets what is not durable. The store may be behind what was applied before. */
    void restart() {
        applied = applied == 0 ? 0 : cluster.net().random.nextInt(applied + 1);
        commit = applied;
        role = Role.FOLLOWER;
        resetElection();
    }

    private void resetElection() {
        electionDue = cluster.net().now() + cluster.net().between(ELECTION_FROM, ELECTION_TO);
    }

    /** Stands for election at the next tick. */
    void electSoon() {
        electionDue = 0;
    }

    void tick() {
        if (role == Role.LEADER) {
            replicate();
        } else if (cluster.net().now() >= electionDue) {
            stand();
        }
    }

    private int lastIndex() {
        return log.size();
    }

    private long termAt(int index) {
        return index == 0 ? 0 : log.get(index - 1).term;
    }

    private void add(Entry entry) {
        log.add(entry);
        if (entry.configuration != null) {
            configurationIndex = lastIndex();
        }
    }

    private void truncateTo(int index) {
        log.subList(index, log.size()).clear();
        while (configurationIndex > index || (configurationIndex > 0 && configurationAt(configurationIndex) == null)) {
            configurationIndex--;
        }
    }

    private @Nullable ModelConfiguration configurationAt(int index) {
        return log.get(index - 1).configuration;
    }

    /** The newest configuration, committed or not; without voters before the first entry came. */
    ModelConfiguration configuration() {
        ModelConfiguration newest = configurationIndex == 0 ? null : configurationAt(configurationIndex);
        return newest == null ? NONE : newest;
    }

    long term() {
        return term;
    }

    ServerId id() {
        return new ServerId(self);
    }

    int applied() {
        return applied;
    }

    boolean leads() {
        return role == Role.LEADER;
    }

    private void toOthers(IntConsumer message) {
        ModelConfiguration voters = configuration();
        for (int other = 1; other < next.length; other++) {
            if (other != self && voters.includes(other)) {
                message.accept(other);
            }
        }
    }

    private void send(int to, Consumer<ModelRaft> message) {
        cluster.net().send(Link.RAFT, self, to, () -> cluster.server(to).receiveRaft(message));
    }

    // Elections

    private void stand() {
        resetElection();
        if (!configuration().includes(self)) {
            return;
        }
        term++;
        votedFor = self;
        role = Role.CANDIDATE;
        votes = 1 << self;
        long candidateTerm = term;
        int lastIndex = lastIndex();
        long lastTerm = termAt(lastIndex);
        toOthers(to -> send(to, peer -> peer.onVoteRequest(self, candidateTerm, lastTerm, lastIndex)));
        leadIfElected();
    }

    private void follow(long newTerm) {
        if (newTerm > term) {
            term = newTerm;
            votedFor = 0;
        }
        role = Role.FOLLOWER;
    }

    private void onVoteRequest(int candidate, long candidateTerm, long lastTerm, int lastIndex) {
        if (!configuration().includes(candidate)) {
            return;
        }
        if (candidateTerm > term) {
            follow(candidateTerm);
        }
        long ownLastTerm = termAt(lastIndex());
        boolean complete = lastTerm > ownLastTerm || (lastTerm == ownLastTerm && lastIndex >= lastIndex());
        boolean granted = candidateTerm == term && (votedFor == 0 || votedFor == candidate) && complete;
        if (granted) {
            votedFor = candidate;
            resetElection();
            cluster.voted(server);
        }
        long replyTerm = term;
        send(candidate, peer -> peer.onVote(self, replyTerm, granted ? candidateTerm : 0));
    }

    private void onVote(int voter, long voterTerm, long grantedTerm) {
        if (voterTerm > term) {
            follow(voterTerm);
        } else if (role == Role.CANDIDATE && grantedTerm == term) {
            votes |= 1 << voter;
            leadIfElected();
        }
    }

    private void leadIfElected() {
        if (!configuration().isMajority(votes)) {
            return;
        }
        role = Role.LEADER;
        for (int other = 1; other < next.length; other++) {
            next[other] = lastIndex() + 1;
            match[other] = 0;
        }
        startupIndex = lastIndex() + 1;
        append(new Entry(term, cluster.changes().startupOf(configuration())));
        replicate();
    }

    // The leader's work

    /** A client writes; nothing happens at a replica that does not lead. */
    void propose() {
        if (role == Role.LEADER) {
            append(new Entry(term, null));
        }
    }

    /** Replaces the voters, if the present ones are settled. */
    void change(int wanted) {
        ModelConfiguration present = configuration();
        boolean settled = present.isStable() && configurationIndex <= commit && startupIndex <= commit;
        if (role == Role.LEADER && settled && wanted != present.current()) {
            append(new Entry(term, new ModelConfiguration(wanted, present.current())));
            cluster.votersChange();
        }
    }

    private void append(Entry entry) {
        add(entry);
        match[self] = lastIndex();
        advanceCommit();
    }

    private void replicate() {
        toOthers(this::replicateTo);
    }

    private void replicateTo(int to) {
        int previous = next[to] - 1;
        long leaderTerm = term;
        long previousTerm = termAt(previous);
        int committed = commit;
        List<Entry> entries = List.copyOf(log.subList(previous, Math.min(lastIndex(), previous + BATCH)));
        send(to, peer -> peer.onAppend(self, leaderTerm, previous, previousTerm, entries, committed));
    }

    private void onAppend(
            int leader, long leaderTerm, int previous, long previousTerm, List<Entry> entries, int committed) {
        if (leaderTerm >= term) {
            follow(leaderTerm);
            resetElection();
        }
        boolean fits = leaderTerm == term && previous <= lastIndex() && termAt(previous) == previousTerm;
        int matched = 0;
        if (fits) {
            matched = take(previous, entries);
            commitTo(Math.min(committed, matched));
        }
        long replyTerm = term;
        int reached = fits ? matched : Math.min(previous - 1, lastIndex());
        send(leader, peer -> peer.onAppended(self, replyTerm, leaderTerm, fits, reached));
    }

    private int take(int previous, List<Entry> entries) {
        int index = previous;
        for (Entry entry : entries) {
            index++;
            if (index <= lastIndex() && termAt(index) != entry.term) {
                if (index <= commit) {
                    throw new AssertionError("The model is broken: a committed entry is overwritten.");
                }
                truncateTo(index - 1);
            }
            if (index > lastIndex()) {
                add(entry);
            }
        }
        return index;
    }

    private void onAppended(int follower, long followerTerm, long leaderTerm, boolean success, int reached) {
        if (followerTerm > term) {
            follow(followerTerm);
        } else if (role == Role.LEADER && leaderTerm == term) {
            if (success) {
                match[follower] = Math.max(match[follower], reached);
                next[follower] = Math.max(next[follower], reached + 1);
                advanceCommit();
            } else {
                next[follower] = Math.max(1, Math.max(match[follower], reached) + 1);
            }
        }
    }

    private void advanceCommit() {
        for (int index = lastIndex(); index > commit && termAt(index) == term; index--) {
            int holders = 0;
            for (int other = 1; other < match.length; other++) {
                holders |= match[other] >= index ? 1 << other : 0;
            }
            if (configuration().isMajority(holders)) {
                commitTo(index);
                // Known to be committed by a leader: may be acknowledged from now on.
                cluster.committed(log, commit);
                completeChange();
                return;
            }
        }
    }

    private void completeChange() {
        ModelConfiguration present = configuration();
        if (configurationIndex > commit) {
            return;
        }
        if (!present.isStable()) {
            append(new Entry(term, new ModelConfiguration(present.current(), 0)));
            cluster.votersChange();
        } else if (!present.includes(self)) {
            role = Role.FOLLOWER;
        }
    }

    private void commitTo(int index) {
        if (index > commit) {
            commit = index;
            server.applySoon();
        }
    }

    /** Applies what is committed. */
    void apply() {
        applied = commit;
    }

    // What the barrier and the cluster ask

    DivisionView view() {
        ModelConfiguration voters = configuration();
        return new DivisionView(
                true,
                "RUNNING",
                term,
                role == Role.LEADER,
                role == Role.LEADER && applied >= startupIndex,
                true,
                commit,
                ModelConfiguration.ids(voters.current()),
                ModelConfiguration.ids(voters.previous()),
                null);
    }

    void stepDown() {
        if (role == Role.LEADER) {
            role = Role.FOLLOWER;
            resetElection();
        }
    }

    @Override
    public String toString() {
        return "s" + self + " " + role + " of term " + term + ", commit " + commit + ", applied " + applied + ", last "
                + lastIndex() + ", " + configuration();
    }
}
