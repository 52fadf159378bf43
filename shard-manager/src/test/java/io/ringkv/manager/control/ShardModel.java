package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ringkv.rpc.AddVoter;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.RemoveVoter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One shard: its replicas, by server, and the one history that all of them must agree on. Whatever any replica takes for
 * committed is compared with what any other did: so two majorities that both decide show, and so does anything acknowledged
 * that is lost.
 */
final class ShardModel {

    private static final long ANSWERING_MILLIS = 1_000;
    private static final int BYTES_MOST = 64 << 20;

    final int number;
    final ByteString group;
    final long dataBytes;
    private final SimulatedNetwork network;
    private final SortedMap<Integer, ReplicaModel> replicas = new TreeMap<>();
    private final ShardEntry first;

    /** What was ever committed, in order. */
    private final List<ShardEntry> history = new ArrayList<>();

    private final Set<Set<Integer>> everCommitted = new HashSet<>();
    private SortedSet<Integer> voters;
    private long transitionTerm;
    private int lastLeader;
    private int leaderChanges;
    private int fewestVoters;

    ShardModel(int number, ByteString group, SortedSet<Integer> voters, SimulatedNetwork network) {
        this.number = number;
        this.group = group;
        this.network = network;
        this.voters = voters;
        this.dataBytes = 1L + network.random(BYTES_MOST);
        this.first = ShardEntry.voters(0, voters);
        history.add(first);
        everCommitted.add(voters);
    }

    long now() {
        return network.now();
    }

    int random(int bound) {
        return network.random(bound);
    }

    String context() {
        return network.context() + ", shard " + number;
    }

    boolean isLossy() {
        return network.isLossy() && random(4) == 0;
    }

    /** How long it takes to copy all data to one server. */
    long copyMillis() {
        return dataBytes * 1_000 / network.bytesPerSecond();
    }

    @Nullable
    ReplicaModel replica(int server) {
        return replicas.get(server);
    }

    SortedMap<Integer, ReplicaModel> replicas() {
        return replicas;
    }

    /** Who votes by the last committed configuration that is not in transition. */
    SortedSet<Integer> voters() {
        return voters;
    }

    boolean wasCommitted(Set<Integer> set) {
        return everCommitted.contains(set);
    }

    int committedEntries() {
        return history.size();
    }

    /** The other's replica, if a message gets there and an answer back; null if not. */
    @Nullable
    ReplicaModel reach(ServerModel from, int other) {
        ReplicaModel replica = replicas.get(other);
        return replica != null && replica.isAwake() && network.connects(from, replica.server) ? replica : null;
    }

    /** A replica was elected. */
    void led(int server) {
        leaderChanges += server == lastLeader ? 0 : 1;
        lastLeader = server;
    }

    /** How often leadership has passed to another server. */
    int leaderChanges() {
        return leaderChanges;
    }

    /** The fewest voters there have been. */
    int fewestVoters() {
        return fewestVoters;
    }

    void countAnew() {
        leaderChanges = 0;
        fewestVoters = voters.size();
    }

    /** One turn of each replica. */
    void turn() {
        for (ReplicaModel replica : List.copyOf(replicas.values())) {
            if (replica.isAwake()) {
                replica.turn();
            }
        }
    }

    /** A replica knows this entry to be committed. */
    void committed(int index, ShardEntry entry, ReplicaModel by) {
        if (index < history.size()) {
            if (history.get(index) != entry) {
                throw new AssertionError(context() + ": server " + by.server.number + " takes " + entry
                        + " for committed at " + index + ", where " + history.get(index)
                        + " was: two majorities decide, or what was acknowledged is lost");
            }
            return;
        }
        history.add(entry);
        if (entry.isTransitional()) {
            transitionTerm = entry.term();
        }
        if (entry.kind() == ShardEntry.Kind.VOTERS && !entry.isTransitional()) {
            checkChange(entry.voters(), by);
            voters = entry.voters();
            fewestVoters = Math.min(fewestVoters, voters.size());
            everCommitted.add(voters);
        }
    }

    private void checkChange(SortedSet<Integer> newer, ReplicaModel by) {
        Set<Integer> changed = new TreeSet<>(newer);
        changed.removeAll(voters);
        Set<Integer> gone = new TreeSet<>(voters);
        gone.removeAll(newer);
        if (by.server.sabotage() != Sabotage.TWO_VOTERS_AT_ONCE) {
            assertThat(changed.size() + gone.size())
                    .as("%s: one voter at a time, %s to %s", context(), voters, newer)
                    .isLessThanOrEqualTo(1);
        }
        if (by.leads && by.term == transitionTerm) {
            // Who leaves may still be elected by those of before, if the leader that let it go dies at that moment.
            assertThat(newer)
                    .as("%s: a leader is not removed while it leads", context())
                    .contains(by.server.number);
        }
    }

    // ---- What its replicas are told by the manager.

    /** First placement. */
    void create(ServerModel server, long epoch) {
        if (!replicas.containsKey(server.number)) {
            ReplicaModel replica = new ReplicaModel(server, this, LedgerState.LEDGER_STATE_MEMBER, epoch);
            replicas.put(server.number, replica);
            assertThat(voters)
                    .as("%s: created only by first placement", context())
                    .isEqualTo(first.voters());
            replica.begin(first);
        }
    }

    void prepare(ServerModel server, Instruction instruction) {
        long epoch = instruction.getReplicaEpoch();
        long floor = instruction.getPrepare().getTermFloor();
        long highest = replicas.values().stream()
                .mapToLong(replica -> replica.term)
                .max()
                .orElse(0);
        assertThat(floor).as("%s: the floor is a term there was", context()).isBetween(1L, highest);
        ReplicaModel known = replicas.get(server.number);
        if (known == null) {
            known = new ReplicaModel(server, this, LedgerState.LEDGER_STATE_PREPARED, epoch);
            replicas.put(server.number, known);
            known.join(floor);
        } else if (epoch > known.ledgerEpoch && !known.isThere()) {
            known.state = LedgerState.LEDGER_STATE_PREPARED;
            known.ledgerEpoch = epoch;
            known.join(floor);
        } else if (known.state == LedgerState.LEDGER_STATE_PREPARED) {
            known.ledgerEpoch = Math.max(epoch, known.ledgerEpoch);
        }
    }

    void clean(ServerModel server, Instruction instruction) {
        assertThat(instruction.getClean().getVotersList())
                .as("%s: server %d is not told to delete by a set it is in", context(), server.number)
                .doesNotContain((long) server.number);
        long epoch = instruction.getReplicaEpoch();
        ReplicaModel known = replicas.get(server.number);
        if (known == null) {
            replicas.put(server.number, new ReplicaModel(server, this, LedgerState.LEDGER_STATE_REMOVED, epoch));
            return;
        }
        if (known.state == LedgerState.LEDGER_STATE_REMOVED) {
            known.ledgerEpoch = Math.max(known.ledgerEpoch, epoch);
            return;
        }
        boolean isOver = epoch <= known.ledgerEpoch;
        boolean isOld = known.state != LedgerState.LEDGER_STATE_LOST
                && known.hasConfiguration()
                && isAfter(
                        known,
                        instruction.getClean().getConfigurationTerm(),
                        instruction.getClean().getConfigurationIndex());
        if (!isOver && !isOld) {
            checkNobodyNeeds(server.number, instruction);
            known.state = LedgerState.LEDGER_STATE_REMOVED;
            known.ledgerEpoch = epoch;
            known.forget();
        }
    }

    private static boolean isAfter(ReplicaModel known, long term, long index) {
        long knownTerm = known.configuration().term();
        return knownTerm != term ? knownTerm > term : known.configurationIndex() > index;
    }

    private void checkNobodyNeeds(int server, Instruction instruction) {
        assertThat(voters)
                .as("%s: server %d deletes no replica of the committed voters, by %s", context(), server, instruction)
                .doesNotContain(server);
        ReplicaModel leader = leader();
        if (leader != null && leader.isReady() && isTrue(leader)) {
            assertThat(leader.configuration().all())
                    .as("%s: server %d deletes no replica of voters to come, by %s", context(), server, instruction)
                    .doesNotContain(server);
            assertThat(leader.staged)
                    .as(
                            "%s: server %d deletes no replica that is being caught up, by %s",
                            context(), server, instruction)
                    .isNotEqualTo(server);
        }
    }

    /** Whether the leader has all that was ever committed: one that was deposed without knowing has not, or soon has not. */
    private boolean isTrue(ReplicaModel leader) {
        return leader.has(history.size() - 1, history.get(history.size() - 1));
    }

    /** The leader of the highest term, awake or not; null if there is none. */
    @Nullable
    ReplicaModel leader() {
        ReplicaModel leader = null;
        for (ReplicaModel replica : replicas.values()) {
            if (replica.isThere() && replica.leads && (leader == null || replica.term > leader.term)) {
                leader = replica;
            }
        }
        return leader;
    }

    /** An instruction to a leader; whatever does not fit is refused. */
    void obey(ServerModel server, Instruction instruction) {
        ReplicaModel leader = replicas.get(server.number);
        if (leader == null || !leader.isThere() || !leader.isReady()) {
            return;
        }
        switch (instruction.getActionCase()) {
            case TRANSFER_LEADER ->
                transfer(leader, (int) instruction.getTransferLeader().getTarget());
            case FENCE -> fence(leader, instruction.getReplicaEpoch(), instruction.getOperation());
            case ADD_VOTER -> add(leader, instruction, instruction.getAddVoter());
            case REMOVE_VOTER -> remove(leader, instruction, instruction.getRemoveVoter());
            case END_STAGING -> {
                if (leader.staged != 0 && isFenced(leader, instruction)) {
                    leader.stepDown();
                }
            }
            default -> throw new AssertionError(context() + ": not for a leader: " + instruction);
        }
    }

    private void transfer(ReplicaModel leader, int target) {
        ReplicaModel successor = reach(leader.server, target);
        if (leader.staged == 0
                && successor != null
                && leader.configuration().voters().contains(target)
                && leader.matchOf(target) >= leader.entries()
                && successor.isVoter()) {
            successor.campaign(true);
        }
    }

    private static void fence(ReplicaModel leader, long epoch, long operation) {
        if (epoch > leader.fenceEpoch && epoch > leader.fenceProposed) {
            leader.fenceProposed = epoch;
            leader.append(ShardEntry.fence(leader.term, epoch, operation));
        }
    }

    private static boolean isFenced(ReplicaModel leader, Instruction instruction) {
        return leader.fenceEpoch == instruction.getReplicaEpoch()
                && leader.fenceOperation == instruction.getOperation()
                && leader.fenceProposed <= instruction.getReplicaEpoch();
    }

    private static boolean mayChange(ReplicaModel leader, Instruction instruction, List<Long> expected) {
        Set<Integer> wanted = new TreeSet<>();
        expected.forEach(voter -> wanted.add(voter.intValue()));
        return isFenced(leader, instruction)
                && leader.isSettled()
                && leader.staged == 0
                && wanted.equals(leader.configuration().voters());
    }

    private static void add(ReplicaModel leader, Instruction instruction, AddVoter add) {
        int voter = (int) add.getVoter().getServerId();
        if (mayChange(leader, instruction, add.getExpectedVotersList())
                && !leader.configuration().voters().contains(voter)) {
            leader.beginStaging(voter);
        }
    }

    private void remove(ReplicaModel leader, Instruction instruction, RemoveVoter remove) {
        int voter = (int) remove.getVoter();
        if (voter == leader.server.number
                || !mayChange(leader, instruction, remove.getExpectedVotersList())
                || !leader.configuration().voters().contains(voter)) {
            return;
        }
        SortedSet<Integer> smaller = new TreeSet<>(leader.configuration().voters());
        smaller.remove(voter);
        if (!ReplicaModel.isMajority(
                smaller, other -> other == leader.server.number || leader.silentMillis(other) <= ANSWERING_MILLIS)) {
            return;
        }
        assertThat(ReplicaModel.isMajority(smaller, this::isAliveOrWasJustNow))
                .as("%s: those that stay are a majority: %s", context(), smaller)
                .isTrue();
        leader.append(ShardEntry.transition(leader.term, leader.configuration().voters(), smaller));
    }

    private boolean isAliveOrWasJustNow(int server) {
        ReplicaModel replica = replicas.get(server);
        return replica != null && replica.isThere() && replica.server.wasAwakeWithin(2 * ANSWERING_MILLIS);
    }

    /** Whether the files of this server's replica may be destroyed without the loss of what was acknowledged. */
    boolean canLose(int server) {
        ReplicaModel leader = leader();
        if (leader == null || !leader.isReady() || !leader.isAwake()) {
            return false;
        }
        SortedSet<Integer> all = leader.configuration().all();
        return !all.contains(server)
                || (all.size() > 2 && all.stream().allMatch(voter -> voter == server || isComplete(voter, leader)));
    }

    private boolean isComplete(int voter, ReplicaModel leader) {
        ReplicaModel replica = replicas.get(voter);
        return replica != null && replica.isAwake() && (replica == leader || leader.matchOf(voter) >= leader.committed);
    }

    /** Whether all is as it should be: a leader, every voter up to date, nothing on its way, and no replica elsewhere. */
    boolean isQuiet() {
        ReplicaModel leader = leader();
        return leader != null
                && leader.isAwake()
                && leader.isReady()
                && leader.isSettled()
                && leader.staged == 0
                && leader.committed == leader.entries()
                && voters.stream().allMatch(voter -> isComplete(voter, leader));
    }

    /** Servers that hold a replica, whether it votes or not. */
    SortedSet<Integer> holders() {
        SortedSet<Integer> holders = new TreeSet<>();
        replicas.forEach((server, replica) -> {
            if (replica.isThere() && !replica.server.isGone) {
                holders.add(server);
            }
        });
        return holders;
    }
}
