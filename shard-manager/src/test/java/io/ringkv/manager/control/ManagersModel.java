package io.ringkv.manager.control;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.log.EntryCodec;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ClusterInvariants;
import io.ringkv.manager.state.ClusterMachine;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.HeartbeatReply;
import io.ringkv.rpc.HeartbeatRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The manager group without Raft, by its contract only: one log; at most one member at a time that can append to it; members
 * that go on believing they lead for a while. What was proposed to a leader that is deposed may be committed all the same, or
 * not, and it never learns. Each member does the real duties of a leader, in virtual time.
 */
final class ManagersModel {

    static final int MEMBERS = 3;

    private final SimulatedNetwork network;
    private final ControlSettings settings;
    private final Sabotage sabotage;
    private final SimulationChecks checks;
    private final Map<Integer, ShardModel> shards;
    private final Consumer<ClusterState> placed;
    private final List<ManagerMember> members = new ArrayList<>();
    private final List<Pending> pending = new ArrayList<>();

    /** Entries that not all members have applied, and how many there were before them. */
    private final List<Entry> log = new ArrayList<>();

    private int trimmed;
    private ClusterState state = ClusterState.EMPTY;
    private long term;
    private long lastAppendMillis;
    private long changedMillis;
    private @Nullable ManagerMember leader;

    record Entry(long term, LoggedCommand command) {}

    /** What was proposed and is not in the log yet. */
    private record Pending(
            ManagerMember member, long term, LoggedCommand command, CompletableFuture<Applied> outcome) {}

    /**
     * A group of which a member leads an empty log.
     *
     * @param shards by number
     * @param placed is told when there are any
     */
    ManagersModel(
            SimulatedNetwork network,
            ControlSettings settings,
            Sabotage sabotage,
            SimulationChecks checks,
            Map<Integer, ShardModel> shards,
            Consumer<ClusterState> placed) {
        this.network = network;
        this.settings = settings;
        this.sabotage = sabotage;
        this.checks = checks;
        this.shards = shards;
        this.placed = placed;
        for (int number = 1; number <= MEMBERS; number++) {
            ManagerMember member = new ManagerMember(new ManagerId(number), this);
            members.add(member);
            long tick = settings.liveness().tickMillis();
            network.queue.every(network.random((int) tick), tick, member::tick);
        }
        elect();
    }

    ControlSettings settings() {
        return settings;
    }

    Sabotage sabotage() {
        return sabotage;
    }

    SimulatedNetwork network() {
        return network;
    }

    /** The state after all that is committed. */
    ClusterState state() {
        return state;
    }

    /** How long nothing was logged. */
    long stillMillis() {
        return pending.isEmpty() ? network.now() - changedMillis : 0;
    }

    /** Who can append; null while the group has no majority. */
    @Nullable
    ManagerMember leader() {
        return leader;
    }

    List<ManagerMember> members() {
        return members;
    }

    boolean isLeader(ManagerMember member) {
        return member == leader;
    }

    long term() {
        return term;
    }

    boolean isRemoved(ServerId server) {
        return state.stateOf(server) == ServerState.REMOVED;
    }

    int memberOf(io.ringkv.rpc.ManagerRecord record) {
        return (int) record.getManagerId() - 1;
    }

    @Nullable
    ManagerRecord recordOfLeader() {
        return leader == null ? null : Clusters.manager((int) leader.id().value());
    }

    ShardModel shard(int number) {
        return Objects.requireNonNull(shards.get(number));
    }

    GroupId newGroup() {
        return new GroupId(new UUID(network.random.nextLong(), network.random.nextLong() | 1));
    }

    // ---- Leadership.

    /** Another term, perhaps another leader; the one before may not notice for a while. */
    void elect() {
        List<ManagerMember> able =
                members.stream().filter(ManagerMember::isAwake).toList();
        endTerm();
        if (able.size() > MEMBERS / 2) {
            term++;
            leader = able.get(network.random(able.size()));
            leader.lead(term);
        }
    }

    /** Nobody can append any more. */
    void endTerm() {
        leader = null;
        for (Pending proposed : List.copyOf(pending)) {
            if (network.random(2) == 0) {
                append(proposed.term, proposed.command);
            }
            fail(proposed.outcome, false);
        }
        pending.clear();
    }

    private void fail(CompletableFuture<Applied> outcome, boolean isCertain) {
        network.queue.in(
                network.random(2_000),
                () -> outcome.completeExceptionally(new ProposalFailedException(isCertain, "not appended")));
    }

    CompletableFuture<Applied> propose(ManagerMember member, LoggedCommand command) {
        checks.proposed(member, member == leader, command.command(), settings.liveness());
        CompletableFuture<Applied> outcome = new CompletableFuture<>();
        if (member != leader || (network.isLossy() && network.random(20) == 0)) {
            fail(outcome, true);
            return outcome;
        }
        Pending proposed = new Pending(member, term, command, outcome);
        pending.add(proposed);
        long delay = network.isLossy() && network.random(10) == 0 ? network.random(3_000) : 2 + network.random(20);
        lastAppendMillis = Math.max(lastAppendMillis, network.now() + delay);
        network.queue.in(lastAppendMillis - network.now(), () -> {
            if (pending.remove(proposed)) {
                Applied applied = append(proposed.term, command);
                member.catchUp();
                if (network.isLossy() && network.random(15) == 0) {
                    fail(outcome, false);
                } else {
                    outcome.complete(applied);
                }
            }
        });
        return outcome;
    }

    /** A command that holds whoever leads, as if it had come through one who does. */
    Applied request(ClusterCommand command) {
        return append(term, new LoggedCommand(1, 1, Clusters.PROPOSER, 0, command));
    }

    private Applied append(long inTerm, LoggedCommand command) {
        LoggedCommand logged = EntryCodec.decode(EntryCodec.encode(command));
        log.add(new Entry(inTerm, logged));
        Applied applied = ClusterMachine.apply(state, logged, inTerm, trimmed + log.size());
        ClusterInvariants.check(network.context(), state, applied);
        ClusterState before = state;
        state = applied.state();
        changedMillis = network.now();
        if (!before.isPlaced() && state.isPlaced()) {
            placed.accept(state);
        }
        checks.applied(before, applied, this);
        return applied;
    }

    /** The entry of this index, counted from 0; null if it is not there yet. */
    @Nullable
    Entry entry(int index) {
        return index - trimmed < log.size() ? log.get(index - trimmed) : null;
    }

    int entries() {
        return trimmed + log.size();
    }

    /** Forgets what all members have applied. */
    void trim() {
        int applied = members.stream().mapToInt(ManagerMember::applied).min().orElse(0);
        if (applied > trimmed) {
            log.subList(0, applied - trimmed).clear();
            trimmed = applied;
        }
    }

    // ---- Servers and operators.

    void register(int member, int server, Runnable done, IntConsumer redirect) {
        members.get(member).register(server, done, redirect);
    }

    void heartbeat(int member, HeartbeatRequest heartbeat, Consumer<HeartbeatReply> answer) {
        members.get(member).heartbeat(heartbeat, answer);
    }

    /** An operator asks whoever leads; null if nobody does. Completes with what came of it. */
    @Nullable
    CompletableFuture<?> change(ChangeRequest.Builder request) {
        ManagerMember asked = leader;
        return asked == null ? null : asked.change(request.build());
    }
}
