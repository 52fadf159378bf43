package io.ringkv.manager.control;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.id.ServerId;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.log.EntryCodec;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ClusterInvariants;
import io.ringkv.manager.state.ClusterMachine;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.support.ShardMapPublisher;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A manager group without Raft, by its contract only: one log, at most one member that can append, and members that go on
 * believing they lead for a while. Entries get lost before the log, or answers after it.
 */
final class SimulatedGroup {

    static final long TICK = 500;

    /** What a server hears in answer to a heartbeat. */
    record Answer(long managerTerm, List<Instruction> instructions) {}

    private final String context;
    private final OperationSettings operations;
    private final Random random;
    private final List<Member> members = new ArrayList<>();
    private final List<Entry> log = new ArrayList<>();
    private ClusterState state = ClusterState.EMPTY;
    private long term = 1;
    private Member leader;

    private record Entry(long term, byte[] bytes) {}

    SimulatedGroup(String context, Random random) {
        this(context, random, OperationSettings.USUAL);
    }

    SimulatedGroup(String context, Random random, OperationSettings operations) {
        this.operations = operations;
        this.context = context;
        this.random = random;
        for (int number = 1; number <= 3; number++) {
            members.add(new Member(new ManagerId(number)));
        }
        leader = members.get(0);
        elect();
    }

    /** The state after all that is committed. */
    ClusterState state() {
        return state;
    }

    /** Another term, perhaps another leader; the one before may not notice for a while. */
    void elect() {
        term++;
        Member elected = members.get(random.nextInt(members.size()));
        leader = elected;
        elected.lead(term);
    }

    void tick() {
        for (Member member : members) {
            member.catchUp();
            if (member.duties != null) {
                member.duties.tick(random.nextInt(40) == 0 ? 60_000 : TICK);
            }
            boolean isDeposed = member != leader && member.duties != null;
            if (isDeposed && random.nextInt(5) == 0) {
                member.duties = null;
            }
        }
    }

    /** A heartbeat; if it strays, at any member, which may believe that it leads or not. */
    @Nullable
    Answer heartbeat(ServerId server, HeartbeatRequest heartbeat, boolean strays) {
        Member member = strays ? members.get(random.nextInt(members.size())) : leader;
        LeaderDuties duties = member.duties;
        if (duties == null || member.applied.stateOf(server) == null) {
            return null;
        }
        Fleet.Reception reception = duties.heartbeat(server, heartbeat);
        return reception == Fleet.Reception.NEWEST ? new Answer(duties.term(), duties.instructionsFor(server)) : null;
    }

    /** A request that holds whoever leads. */
    void request(ClusterCommand command) {
        append(new LoggedCommand(1, 1, new ManagerId(1), 0, command));
    }

    private Applied append(LoggedCommand command) {
        Entry entry = new Entry(term, EntryCodec.encode(command));
        log.add(entry);
        Applied applied = ClusterMachine.apply(state, EntryCodec.decode(entry.bytes()), entry.term(), log.size());
        ClusterInvariants.check(context + ", index " + log.size(), state, applied);
        state = applied.state();
        return applied;
    }

    private CompletionStage<Applied> propose(Member member, LoggedCommand command) {
        boolean isLost = random.nextInt(15) == 0;
        if (member != leader || isLost) {
            return CompletableFuture.failedFuture(new ProposalFailedException(isLost, "not appended"));
        }
        Applied applied = append(command);
        return random.nextInt(15) == 0
                ? CompletableFuture.failedFuture(new ProposalFailedException(false, "answer lost"))
                : CompletableFuture.completedFuture(applied);
    }

    /** One member. */
    private final class Member {

        private final ManagerId id;
        private ClusterState applied = ClusterState.EMPTY;
        private int appliedIndex;
        private @Nullable LeaderDuties duties;

        Member(ManagerId id) {
            this.id = id;
        }

        /** A leader is ready once it has applied all. */
        void lead(long newTerm) {
            catchUp();
            duties = new LeaderDuties(
                    newTerm,
                    new ControlSettings(new LivenessLimits(TICK, 3_000, 10_000), 3, 2_000, 30_000, 5, 100, operations),
                    applied,
                    (command, decidedInTerm) -> propose(this, new LoggedCommand(1, 1, id, decidedInTerm, command)),
                    Runnable::run,
                    new ShardMapPublisher(),
                    () -> new GroupId(new UUID(random.nextLong(), random.nextLong() | 1)));
        }

        void catchUp() {
            // Only the leader is sure to have everything at once.
            int until = this == leader ? log.size() : appliedIndex + random.nextInt(log.size() - appliedIndex + 1);
            while (appliedIndex < until) {
                Entry entry = log.get(appliedIndex);
                appliedIndex++;
                applied = ClusterMachine.apply(applied, EntryCodec.decode(entry.bytes()), entry.term(), appliedIndex)
                        .state();
            }
            if (duties != null) {
                duties.stateChanged(applied);
            }
        }
    }
}
