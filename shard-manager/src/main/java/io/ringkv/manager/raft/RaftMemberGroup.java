package io.ringkv.manager.raft;

import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.manager.member.MemberGroup;
import io.ringkv.manager.roster.GroupSighting;
import io.ringkv.manager.roster.MemberProgress;
import io.ringkv.raft.DivisionState;
import io.ringkv.raft.FollowerProgress;
import io.ringkv.raft.RaftDivision;
import io.ringkv.raft.RaftMember;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The manager group over Ratis. */
final class RaftMemberGroup implements MemberGroup {

    private static final long TRANSFER_MILLIS = 3_000;
    private static final long STEP_DOWN_MILLIS = 3_000;

    private final ManagerId self;
    private final Supplier<@Nullable RaftDivision> division;

    RaftMemberGroup(ManagerId self, Supplier<@Nullable RaftDivision> division) {
        this.self = self;
        this.division = division;
    }

    @Override
    public @Nullable GroupSighting sighting() {
        RaftDivision open = division.get();
        if (open == null) {
            return null;
        }
        DivisionState now = open.state();
        boolean isSound = open.machine().failure() == null;
        boolean leadsReady = isSound && now.running() && now.leader() && now.ready() && now.settled();
        boolean changing = !now.previousVoters().isEmpty() || now.configurationIndex() > now.commitIndex();
        Map<ManagerId, MemberProgress> others = new TreeMap<>();
        for (FollowerProgress follower : open.followers()) {
            others.put(
                    new ManagerId(follower.id()),
                    new MemberProgress(
                            follower.silentMillis(), Math.max(0, now.commitIndex() - follower.matchIndex())));
        }
        long staged = open.staged();
        return new GroupSighting(
                leadsReady,
                now.term(),
                self,
                ids(now.voters()),
                changing,
                staged == 0 ? null : new ManagerId(staged),
                others);
    }

    private static Set<ManagerId> ids(Set<Long> voters) {
        return voters.stream().map(ManagerId::new).collect(Collectors.toSet());
    }

    @Override
    public CompletionStage<Void> transferLeadership(ManagerId to) {
        return with(open -> open.transferLeadership(to.value(), TRANSFER_MILLIS));
    }

    @Override
    public CompletionStage<Void> addVoter(ManagerRecord manager, Set<ManagerId> expected) {
        return with(open -> {
            List<RaftMember> present = open.members();
            List<RaftMember> wanted = new ArrayList<>(present);
            wanted.add(new RaftMember(manager.id().value(), manager.raftAddress()));
            return change(open, expected, present, wanted);
        });
    }

    @Override
    public CompletionStage<Void> removeVoter(ManagerId manager, Set<ManagerId> expected) {
        return with(open -> {
            List<RaftMember> present = open.members();
            List<RaftMember> wanted = new ArrayList<>(present);
            wanted.removeIf(member -> member.id() == manager.value());
            return change(open, expected, present, wanted);
        });
    }

    /** Ratis compares once more, and changes nothing if its configuration is another one than was looked at here. */
    private static CompletableFuture<Void> change(
            RaftDivision open, Set<ManagerId> expected, List<RaftMember> present, List<RaftMember> wanted) {
        Set<ManagerId> voters =
                present.stream().map(member -> new ManagerId(member.id())).collect(Collectors.toSet());
        return voters.equals(expected)
                ? open.changeVoters(present, wanted)
                : CompletableFuture.failedFuture(
                        new IllegalStateException("the voters are " + voters + " (expected: " + expected + ")"));
    }

    @Override
    public CompletionStage<Void> stepDown() {
        return with(open -> open.stepDown(STEP_DOWN_MILLIS));
    }

    private CompletionStage<Void> with(Function<RaftDivision, CompletableFuture<Void>> request) {
        RaftDivision open = division.get();
        if (open == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("the manager group is not open here"));
        }
        try {
            return request.apply(open);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
