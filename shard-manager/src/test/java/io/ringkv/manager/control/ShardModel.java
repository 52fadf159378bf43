package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.Clusters;
import io.ringkv.rpc.Instruction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One shard: its replicas, by server, and the one history that all of them must agree on. Whatever any replica takes for
 * committed is compared with what any other did: so two majorities that both decide show, and so does anything acknowledged
 * that is lost.
 */
final class ShardModel {

    private static final int BYTES_MOST = 64 << 20;

    final int number;
    final ByteString group;
    final long dataBytes;
    final InstructionModel instructions;
    private final SimulatedNetwork network;
    private final Supplier<ClusterState> managed;
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

    ShardModel(
            int number,
            ByteString group,
            SortedSet<Integer> voters,
            SimulatedNetwork network,
            Supplier<ClusterState> managed) {
        this.number = number;
        this.group = group;
        this.managed = managed;
        this.instructions = new InstructionModel(this);
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
            changed.addAll(gone);
            changed.forEach(server -> checkIsWanted(server, newer));
        }
        if (by.leads && by.term == transitionTerm) {
            // Who leaves may still be elected by those of before, if the leader that let it go dies at that moment.
            assertThat(newer)
                    .as("%s: a leader is not removed while it leads", context())
                    .contains(by.server.number);
        }
    }

    /** Nothing changes behind the manager's back: an operation that is over, or was undone, has no effect any more. */
    private void checkIsWanted(int server, SortedSet<Integer> newer) {
        Operation operation = managed.get().operations().of(new ShardId(number));
        ServerId id = Clusters.server(server);
        boolean isWanted = operation != null
                && (id.equals(operation.order().source())
                        || id.equals(operation.order().target()));
        assertThat(isWanted)
                .as("%s: voters become %s behind the manager's back; its operation is %s", context(), newer, operation)
                .isTrue();
    }

    /** Whoever deletes his replica is needed by nobody. */
    void checkNobodyNeeds(int server, Instruction instruction) {
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

    /** Whether there is a replica whose server is alive, or was so lately. */
    boolean wasAwakeWithin(int server, long millis) {
        ReplicaModel replica = replicas.get(server);
        return replica != null && replica.isThere() && replica.server.wasAwakeWithin(millis);
    }

    /** The highest term of any replica. */
    long highestTerm() {
        return replicas.values().stream()
                .mapToLong(replica -> replica.term)
                .max()
                .orElse(0);
    }

    /** A replica of the first placement. */
    void begin(ReplicaModel replica) {
        assertThat(voters).as("%s: created only by first placement", context()).isEqualTo(first.voters());
        replicas.put(replica.server.number, replica);
        replica.begin(first);
    }

    /** Whether the files of this server's replica may be destroyed without the loss of what was acknowledged. */
    boolean canLose(int server) {
        ReplicaModel leader = leader();
        if (leader == null || !leader.isReady() || !leader.isAwake()) {
            return false;
        }
        // While an operation runs another voter may be about to leave: its leader saw everybody answer a moment ago.
        Operation operation = managed.get().operations().of(new ShardId(number));
        int most = operation == null || !operation.order().kind().changesVoters() ? 2 : 3;
        SortedSet<Integer> all = leader.configuration().all();
        if (leader.staged == server && all.size() == 1) {
            // The second voter of two is needed as soon as the entry that makes it one is written.
            return false;
        }
        return !all.contains(server)
                || (all.size() > most && all.stream().allMatch(voter -> voter == server || isComplete(voter, leader)));
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
