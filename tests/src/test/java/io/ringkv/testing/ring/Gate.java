package io.ringkv.testing.ring;

import io.ringkv.rpc.HeartbeatReply;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.Instruction;
import io.ringkv.rpc.LedgerState;
import io.ringkv.rpc.ReplicaReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What servers and managers say to each other, which all passes here: it is seen, and parts of it can be held back. Held back
 * instructions catch an operation at a step before anything of it was done; held back reports catch it when the step was
 * carried out and no manager knows. To both sides it is but a slow network.
 *
 * <p>Safe for use by any thread.
 */
final class Gate {
    private static final int VIOLATIONS_MAX = 10;

    private final Map<Long, HeartbeatRequest> said = new TreeMap<>();
    private final Map<Long, HeartbeatRequest> heard = new HashMap<>();
    private final Set<Long> withAddition = new HashSet<>();
    private final Set<Long> dead = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private final List<Instruction> toInject = new ArrayList<>();
    private BiPredicate<Instruction, Boolean> held = (instruction, hasAddition) -> false;
    private @Nullable Instruction withheld;
    private boolean isDeaf;
    private long managerTerm;

    /** Leader of each shard, by number, with its term. */
    private final Map<Integer, Led> led = new HashMap<>();

    private final Map<Integer, Integer> fewestReplicas = new TreeMap<>();
    private final Set<Integer> toldToTransfer = new HashSet<>();
    private int leaderChanges;
    private int elections;

    private record Led(long term, long server) {}

    /**
     * Holds back instructions from now on.
     *
     * @param which gets an instruction, and whether its operation was told to add a voter before
     */
    synchronized void hold(BiPredicate<Instruction, Boolean> which) {
        held = which;
        withheld = null;
    }

    /** The last instruction that was held back; null if none was since {@link #hold}. */
    synchronized @Nullable Instruction withheld() {
        return withheld;
    }

    /** Lets instructions pass, but from now on managers hear nothing new of replicas; only that servers live. */
    synchronized void passInstructionsAndHoldReports() {
        isDeaf = true;
        held = (instruction, hasAddition) -> false;
    }

    /** Lets everything pass. */
    synchronized void open() {
        isDeaf = false;
        held = (instruction, hasAddition) -> false;
    }

    /** Gives an instruction to the leader of its shard besides what the managers say, once. */
    synchronized void inject(Instruction instruction) {
        toInject.add(instruction);
    }

    /** These servers do not run: reports say nothing of them any more. */
    synchronized void died(long server) {
        dead.add(server);
        said.remove(server);
    }

    /** This server runs again. */
    synchronized void lives(long server) {
        dead.remove(server);
    }

    /** Whether a server that is not dead has said something since. */
    synchronized boolean isHeard(long server) {
        return said.containsKey(server);
    }

    /** Highest term in which a manager led. */
    synchronized long managerTerm() {
        return managerTerm;
    }

    /** What a server said last of its replica of a shard; null if nothing. */
    synchronized @Nullable ReplicaReport report(long server, int shard) {
        HeartbeatRequest last = said.get(server);
        return last == null ? null : reportOf(last, shard);
    }

    private static @Nullable ReplicaReport reportOf(HeartbeatRequest heartbeat, int shard) {
        for (ReplicaReport report : heartbeat.getReplicasList()) {
            if (report.getShard() == shard) {
                return report;
            }
        }
        return null;
    }

    /** The server that says it leads the shard, in the highest term; 0 if none does. */
    synchronized long leader(int shard) {
        long leader = 0;
        long term = -1;
        for (Map.Entry<Long, HeartbeatRequest> server : said.entrySet()) {
            ReplicaReport report = reportOf(server.getValue(), shard);
            if (report != null && report.getLeaderReady() && report.getTerm() > term) {
                leader = server.getKey();
                term = report.getTerm();
            }
        }
        return leader;
    }

    /** Shards whose leader reported voters of whom no majority lived, in words; the first few. */
    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** What the manager is to hear instead of this. */
    synchronized HeartbeatRequest onItsWay(HeartbeatRequest heartbeat) {
        long server = heartbeat.getServerId();
        if (dead.contains(server)) {
            // Sent before its death, and hardly ever.
            return heartbeat;
        }
        said.put(server, heartbeat);
        heartbeat.getReplicasList().stream()
                .filter(ReplicaReport::getLeaderReady)
                .forEach(report -> noteLeader(server, report));
        HeartbeatRequest before = heard.get(server);
        if (isDeaf && before != null && before.getBootId() == heartbeat.getBootId()) {
            return heartbeat.toBuilder()
                    .clearReplicas()
                    .addAllReplicas(before.getReplicasList())
                    .build();
        }
        heard.put(server, heartbeat);
        return heartbeat;
    }

    private void noteLeader(long server, ReplicaReport report) {
        Led before = led.get(report.getShard());
        if (before == null || report.getTerm() > before.term()) {
            led.put(report.getShard(), new Led(report.getTerm(), server));
            boolean isOrdered = toldToTransfer.remove(report.getShard());
            boolean isAnother = before != null && before.server() != server;
            leaderChanges += isAnother && isOrdered ? 1 : 0;
            elections += isAnother && !isOrdered ? 1 : 0;
        }
        if (!report.getConfigurationCommitted() || report.getConfigurationTransitional()) {
            return;
        }
        int living = (int) report.getVotersList().stream()
                .filter(voter -> !dead.contains(voter))
                .count();
        fewestReplicas.merge(report.getShard(), living, Math::min);
        if (2 * living <= report.getVotersCount() && violations.size() < VIOLATIONS_MAX) {
            violations.add("shard " + report.getShard() + ": voters " + report.getVotersList() + ", dead " + dead);
        }
    }

    /** Begins to count anew how often leaders change, and how few voters live. */
    synchronized void count() {
        leaderChanges = 0;
        elections = 0;
        fewestReplicas.clear();
    }

    /** How often a shard was led by another than before although nobody had told it to, since {@link #count}. */
    synchronized int elections() {
        return elections;
    }

    /** How often a shard was led by another than before after its leader was told to, since {@link #count}. */
    synchronized int leaderChanges() {
        return leaderChanges;
    }

    /** The fewest living voters that any shard had since {@link #count}. */
    synchronized int fewestReplicas() {
        return fewestReplicas.values().stream().min(Integer::compare).orElse(0);
    }

    /** What the server is to hear instead of this. */
    synchronized HeartbeatReply onItsWay(long server, HeartbeatReply reply) {
        managerTerm = Math.max(managerTerm, reply.getManagerTerm());
        HeartbeatReply.Builder passed = reply.toBuilder().clearInstructions();
        for (Instruction instruction : reply.getInstructionsList()) {
            if (held.test(instruction, withAddition.contains(instruction.getOperation()))) {
                withheld = instruction;
            } else {
                if (instruction.hasAddVoter()) {
                    withAddition.add(instruction.getOperation());
                }
                if (instruction.hasTransferLeader()) {
                    toldToTransfer.add(instruction.getShard());
                }
                passed.addInstructions(instruction);
            }
        }
        if (reply.getManagerTerm() > 0) {
            for (Instruction instruction : List.copyOf(toInject)) {
                if (leader(instruction.getShard()) == server) {
                    toInject.remove(instruction);
                    passed.addInstructions(instruction);
                }
            }
        }
        return passed.build();
    }

    /** Whether a server's ledger has a replica of the shard in this state, by its last report. */
    synchronized boolean hasInLedger(long server, int shard, LedgerState state) {
        ReplicaReport report = report(server, shard);
        return report != null && report.getLedgerState() == state;
    }
}
