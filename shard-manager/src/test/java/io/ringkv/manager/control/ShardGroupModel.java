package io.ringkv.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.rpc.AddVoter;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.RemoveVoter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * One shard's group as Ratis and the server's rules make it behave towards the manager: one committed log, of which a leader
 * has a tail that may be lost with it; fences; changes of one voter, staged until the new one has caught up, which nothing
 * but a new leader stops; a leader that is cut off and does not know that it leads no longer.
 */
final class ShardGroupModel {

    private static final int CATCH_UP_PATIENCE = 12;

    final int shard;
    private final String context;
    private final Random random;
    private final IntPredicate isLive;

    /** What is committed. */
    Set<Integer> voters;

    long fenceEpoch = 1;
    long fenceOperation;
    long term;
    long configurationIndex = 1;
    long configurationTerm;
    private long index = 1;
    private final Set<Set<Integer>> committedEver = new HashSet<>();

    /** Entries of the leader that are not committed. */
    private final Deque<Entry> tail = new ArrayDeque<>();

    int leader;
    int staged;
    private int stagedTicks;
    private int leaderlessTicks;

    /** An entry: a fence, or a set of voters. */
    private record Entry(long epoch, long operation, Set<Integer> voters) {

        boolean isFence() {
            return voters.isEmpty();
        }
    }

    /** @param isLive whether a server is up, not cut off, and has a replica of this shard that could vote */
    ShardGroupModel(int shard, Set<Integer> voters, String context, Random random, IntPredicate isLive) {
        this.shard = shard;
        this.voters = voters;
        this.context = context + ", shard " + shard;
        this.random = random;
        this.isLive = isLive;
        committedEver.add(voters);
    }

    boolean wasCommitted(Set<Integer> set) {
        return committedEver.contains(set);
    }

    boolean isLive(int server) {
        return isLive.test(server);
    }

    /** The newest set in the leader's log. */
    Set<Integer> newestVoters() {
        Set<Integer> newest = voters;
        for (Entry entry : tail) {
            newest = entry.isFence() ? newest : entry.voters();
        }
        return newest;
    }

    boolean isSettled() {
        return tail.stream().allMatch(Entry::isFence);
    }

    boolean hasMajority(Set<Integer> set) {
        return set.stream().filter(isLive::test).count() > set.size() / 2;
    }

    private boolean canCommit() {
        return hasMajority(voters) && hasMajority(newestVoters());
    }

    void tick() {
        if (leader != 0 && (!isLive.test(leader) || (!canCommit() && random.nextInt(4) == 0))) {
            loseLeader();
        }
        if (leader == 0) {
            elect();
            return;
        }
        if (!canCommit()) {
            return;
        }
        catchUp();
        while (!tail.isEmpty() && random.nextInt(3) != 0) {
            commit(tail.removeFirst());
        }
        if (!voters.contains(leader)) {
            throw new AssertionError(context + ": the leader was removed while it led");
        }
    }

    /** The leader dies or steps down; what it had not committed may survive it, or not. */
    void loseLeader() {
        leader = 0;
        staged = 0;
        leaderlessTicks = 0;
        int surviving = random.nextInt(tail.size() + 1);
        while (tail.size() > surviving) {
            tail.removeLast();
        }
    }

    private void elect() {
        leaderlessTicks++;
        List<Integer> candidates =
                new ArrayList<>(voters.stream().filter(isLive::test).toList());
        candidates.retainAll(newestVoters());
        if (leaderlessTicks < 2 + random.nextInt(4) || candidates.isEmpty() || !canCommit()) {
            return;
        }
        lead(candidates.get(random.nextInt(candidates.size())));
    }

    /** A leader is ready once all it found is committed and its own first entry, which repeats the voters. */
    private void lead(int elected) {
        leader = elected;
        term++;
        while (!tail.isEmpty()) {
            commit(tail.removeFirst());
        }
        index++;
        configurationIndex = index;
        configurationTerm = term;
    }

    private void commit(Entry entry) {
        index++;
        if (entry.isFence()) {
            assertThat(entry.epoch()).as("%s: fences rise", context).isGreaterThan(fenceEpoch);
            fenceEpoch = entry.epoch();
            fenceOperation = entry.operation();
            return;
        }
        Set<Integer> changed = new HashSet<>(entry.voters());
        changed.removeAll(voters);
        Set<Integer> gone = new HashSet<>(voters);
        gone.removeAll(entry.voters());
        assertThat(changed.size() + gone.size())
                .as("%s: one voter at a time, %s to %s", context, voters, entry.voters())
                .isEqualTo(1);
        voters = entry.voters();
        committedEver.add(voters);
        configurationIndex = index;
        configurationTerm = term;
    }

    private void catchUp() {
        if (staged == 0) {
            return;
        }
        stagedTicks++;
        if (isLive.test(staged) && stagedTicks > 2 && random.nextInt(3) == 0) {
            Set<Integer> larger = new TreeSet<>(newestVoters());
            larger.add(staged);
            tail.addLast(new Entry(0, 0, larger));
            staged = 0;
        } else if (!isLive.test(staged) && stagedTicks > CATCH_UP_PATIENCE) {
            staged = 0;
        }
    }

    /** An instruction to the leader; whatever does not fit is refused. */
    void obey(int server, Instruction instruction) {
        if (server != leader || !isLive.test(server)) {
            return;
        }
        switch (instruction.getActionCase()) {
            case TRANSFER_LEADER ->
                transfer((int) instruction.getTransferLeader().getTarget());
            case FENCE -> fence(instruction);
            case ADD_VOTER -> add(instruction, instruction.getAddVoter());
            case REMOVE_VOTER -> remove(instruction, instruction.getRemoveVoter());
            case END_STAGING -> {
                if (staged != 0 && isFencedBy(instruction)) {
                    loseLeader();
                }
            }
            default -> throw new AssertionError(context + ": not for a leader: " + instruction);
        }
    }

    private void transfer(int target) {
        if (staged == 0 && tail.isEmpty() && voters.contains(target) && isLive.test(target) && random.nextInt(4) != 0) {
            lead(target);
        }
    }

    private void fence(Instruction instruction) {
        long highest =
                Math.max(fenceEpoch, tail.stream().mapToLong(Entry::epoch).max().orElse(0));
        if (instruction.getReplicaEpoch() > highest) {
            tail.addLast(new Entry(instruction.getReplicaEpoch(), instruction.getOperation(), Set.of()));
        }
    }

    private boolean isFencedBy(Instruction instruction) {
        boolean laterProposed = tail.stream().anyMatch(entry -> entry.epoch() > instruction.getReplicaEpoch());
        return fenceEpoch == instruction.getReplicaEpoch()
                && fenceOperation == instruction.getOperation()
                && !laterProposed;
    }

    private boolean mayChange(Instruction instruction, List<Long> expected) {
        Set<Integer> expectedVoters = new HashSet<>();
        expected.forEach(voter -> expectedVoters.add(voter.intValue()));
        return isFencedBy(instruction) && isSettled() && staged == 0 && expectedVoters.equals(voters);
    }

    private void add(Instruction instruction, AddVoter add) {
        int voter = (int) add.getVoter().getServerId();
        if (mayChange(instruction, add.getExpectedVotersList()) && !voters.contains(voter) && hasMajority(voters)) {
            staged = voter;
            stagedTicks = 0;
        }
    }

    private void remove(Instruction instruction, RemoveVoter remove) {
        int voter = (int) remove.getVoter();
        if (!mayChange(instruction, remove.getExpectedVotersList()) || !voters.contains(voter)) {
            return;
        }
        assertThat(voter).as("%s: a leader is not removed", context).isNotEqualTo(leader);
        Set<Integer> smaller = new TreeSet<>(voters);
        smaller.remove(voter);
        if (hasMajority(smaller)) {
            tail.addLast(new Entry(0, 0, smaller));
        }
    }
}
