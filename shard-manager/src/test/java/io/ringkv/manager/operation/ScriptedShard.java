package io.ringkv.manager.operation;

import io.ringkv.common.id.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A shard that does at once what it is told, by the rules of servers. Servers are small numbers. */
final class ScriptedShard {

    List<Long> voters;
    long leader;
    long term = 7;
    long fenceEpoch = 1;
    long fenceOperation;
    long staged;

    /** Nobody is ever caught up. */
    boolean isSlow;

    final Set<Long> dead = new TreeSet<>();

    /** Dead for so long that the manager has said so. */
    final Set<Long> gone = new TreeSet<>();

    private final Map<Long, Holding> holdings = new TreeMap<>();
    private final Map<Long, Long> epochs = new TreeMap<>();
    private long configurationIndex = 10;

    ScriptedShard(List<Long> voters) {
        this.voters = voters;
        this.leader = voters.get(0);
        voters.forEach(voter -> holdings.put(voter, Holding.MEMBER));
    }

    /** What was begun goes on: whoever is caught up becomes a voter. */
    void goOn() {
        if (staged != 0 && !isSlow && !dead.contains(staged)) {
            List<Long> larger = new ArrayList<>(voters);
            larger.add(staged);
            change(larger);
            holdings.put(staged, Holding.MEMBER);
            staged = 0;
        }
        if (dead.contains(leader)) {
            loseLeader();
        }
    }

    void loseLeader() {
        staged = 0;
        term++;
        long former = leader;
        leader = voters.stream()
                .filter(voter -> voter != former && !dead.contains(voter))
                .findFirst()
                .orElseThrow();
    }

    /** The server lives and the files of its replica are gone. */
    void lose(long server) {
        holdings.put(server, Holding.LOST);
    }

    private void change(List<Long> newVoters) {
        voters = newVoters;
        configurationIndex++;
    }

    /** Does what it is told, or refuses. */
    boolean obey(Operation operation, DriverAct.Instruct act) {
        long server = act.server().value();
        if (dead.contains(server)) {
            return false;
        }
        if (act.instruction() instanceof ReplicaInstruction.Prepare) {
            return prepare(server, act.epoch());
        }
        if (server != leader) {
            return false;
        }
        if (act.instruction() instanceof ReplicaInstruction.TransferLeader transfer) {
            return transfer(transfer.target().value());
        }
        if (act.instruction() instanceof ReplicaInstruction.Fence) {
            return fence(act.epoch(), operation.number());
        }
        if (fenceEpoch != act.epoch() || fenceOperation != operation.number()) {
            return false;
        }
        if (act.instruction() instanceof ReplicaInstruction.AddVoter add) {
            return stage(add.voter().value(), numbers(add.expected()));
        }
        if (act.instruction() instanceof ReplicaInstruction.RemoveVoter remove) {
            return remove(remove.voter().value(), numbers(remove.expected()));
        }
        loseLeader();
        return true;
    }

    private static List<Long> numbers(List<ServerId> servers) {
        return servers.stream().map(ServerId::value).toList();
    }

    private boolean prepare(long server, long epoch) {
        if (epoch <= epochs.getOrDefault(server, 0L) || holdings.get(server) == Holding.MEMBER) {
            return false;
        }
        holdings.put(server, Holding.PREPARED);
        epochs.put(server, epoch);
        return true;
    }

    private boolean transfer(long target) {
        if (staged != 0 || !voters.contains(target)) {
            return false;
        }
        leader = target;
        term++;
        return true;
    }

    private boolean fence(long epoch, long operation) {
        if (epoch <= fenceEpoch) {
            return false;
        }
        fenceEpoch = epoch;
        fenceOperation = operation;
        return true;
    }

    private boolean stage(long voter, List<Long> expected) {
        if (staged != 0 || !Set.copyOf(voters).equals(Set.copyOf(expected))) {
            return false;
        }
        staged = voter;
        return true;
    }

    private boolean remove(long voter, List<Long> expected) {
        if (staged != 0 || voter == leader || !Set.copyOf(voters).equals(Set.copyOf(expected))) {
            return false;
        }
        change(voters.stream().filter(other -> other != voter).toList());
        return true;
    }

    /** Whether the server has deleted its replica when told so. */
    boolean clean(Cleaning cleaning) {
        long server = cleaning.server().value();
        if (dead.contains(server)) {
            return false;
        }
        holdings.put(server, Holding.REMOVED);
        epochs.put(server, cleaning.epoch());
        return true;
    }

    /** Servers that hold a replica. */
    List<Long> holders() {
        return holdings.entrySet().stream()
                .filter(entry -> entry.getValue() == Holding.MEMBER || entry.getValue() == Holding.PREPARED)
                .map(Map.Entry::getKey)
                .toList();
    }

    ShardObservation observe() {
        SortedMap<ServerId, ReplicaSighting> replicas = new TreeMap<>();
        for (long server = 1; server <= 9; server++) {
            boolean isHeard = !dead.contains(server);
            Holding holding = holdings.getOrDefault(server, Holding.NOTHING);
            boolean isOpen = isHeard && (holding == Holding.MEMBER || holding == Holding.PREPARED);
            replicas.put(
                    new ServerId(server),
                    new ReplicaSighting(
                            "s" + server,
                            isHeard,
                            gone.contains(server),
                            holding,
                            epochs.getOrDefault(server, 0L),
                            isOpen,
                            ""));
        }
        return new ShardObservation(observeLeader(), replicas);
    }

    private boolean isSilent(long server) {
        return dead.contains(server) || holdings.get(server) == Holding.LOST;
    }

    private @Nullable LeaderSighting observeLeader() {
        if (dead.contains(leader)) {
            return null;
        }
        SortedMap<ServerId, FollowerSighting> followers = new TreeMap<>();
        for (long voter : voters) {
            if (voter != leader) {
                followers.put(new ServerId(voter), new FollowerSighting(isSilent(voter) ? 5_000 : 50, 0));
            }
        }
        return new LeaderSighting(
                new ServerId(leader),
                term,
                new VoterConfiguration(voters.stream().map(ServerId::new).toList(), term, configurationIndex),
                true,
                fenceEpoch,
                fenceOperation,
                staged == 0 ? null : new ServerId(staged),
                followers,
                "");
    }
}
