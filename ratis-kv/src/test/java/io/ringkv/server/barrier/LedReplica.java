package io.ringkv.server.barrier;

import io.ringkv.common.id.ServerId;
import io.ringkv.server.replica.DivisionView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A replica that says of its division what the test says: at first that it leads three voters in term 5. One thread. */
final class LedReplica extends BarrierOnlyReplica {
    private record ApplyWait(long index, Runnable action, Runnable closed) {}

    private final List<ApplyWait> waits = new ArrayList<>();
    private final List<String> stepDowns = new ArrayList<>();
    private boolean closed;

    boolean running = true;
    boolean leader = true;
    boolean ready = true;
    boolean settled = true;
    long term = 5;
    long commitIndex = 10;
    long appliedIndex = 10;
    Set<ServerId> voters = VoterIds.of(1, 2, 3);
    Set<ServerId> previousVoters = Set.of();

    @Nullable
    ServerId leaderHint;

    /** When set, every question is answered by it. */
    @Nullable
    RuntimeException failure;

    LedReplica(int shard) {
        super(shard);
    }

    /** Applies up to the index and runs what waited for it. */
    void applyTo(long index) {
        appliedIndex = index;
        List<ApplyWait> due =
                waits.stream().filter(wait -> wait.index() <= index).toList();
        waits.removeAll(due);
        due.forEach(wait -> wait.action().run());
    }

    void close() {
        closed = true;
        List<ApplyWait> left = List.copyOf(waits);
        waits.clear();
        left.forEach(wait -> wait.closed().run());
    }

    /** Reasons given for stepping down. */
    List<String> stepDowns() {
        return stepDowns;
    }

    private void failIfTold() {
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public DivisionView division() {
        failIfTold();
        return new DivisionView(
                running, "", term, leader, ready, settled, commitIndex, voters, previousVoters, leaderHint);
    }

    @Override
    public long termIfRunning() {
        failIfTold();
        return running ? term : 0;
    }

    @Override
    public void stepDown(String reason) {
        stepDowns.add(reason);
        leader = false;
    }

    @Override
    public void whenApplied(long index, Runnable action, Runnable whenClosed) {
        failIfTold();
        if (appliedIndex >= index) {
            action.run();
        } else if (closed) {
            whenClosed.run();
        } else {
            waits.add(new ApplyWait(index, action, whenClosed));
        }
    }
}
