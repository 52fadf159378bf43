package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.manager.liveness.Liveness;
import io.ringkv.manager.liveness.LivenessDetector;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.rpc.ServerSuspicion;
import io.ringkv.rpc.SuspicionReport;
import io.ringkv.rpc.Witness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Weighs what servers say of each other against what the manager hears itself, and names what that means. Pure; one instance
 * is one instant.
 */
final class Suspicions {

    private final ClusterState state;
    private final LivenessDetector detector;
    private final Witnesses witnesses;

    Suspicions(ClusterState state, LivenessDetector detector, Witnesses witnesses) {
        this.state = state;
        this.detector = detector;
        this.witnesses = witnesses;
    }

    /**
     * Whether the manager does not hear a server that others hear: then the fault is on the way from it to the manager, and
     * replacing what it holds would do harm for nothing.
     */
    boolean isOnlyCutOff(ServerId server) {
        return !detector.isHeard(server) && !witnesses.vouchersFor(server).isEmpty();
    }

    /** What is remarkable, for people. */
    List<String> notices() {
        List<String> notices = new ArrayList<>();
        for (RegisteredServer server : state.servers().values()) {
            if (server.isPresent() && isRemarkable(server.record().id())) {
                notices.add(verdict(server));
            }
        }
        return notices;
    }

    private boolean isRemarkable(ServerId server) {
        boolean isHeard = detector.isHeard(server);
        return isHeard
                ? !witnesses.accusersOf(server).isEmpty()
                : detector.judge(server) != Liveness.HEARD && isOnlyCutOff(server);
    }

    /** All that is said. */
    SuspicionReport report() {
        SuspicionReport.Builder report = SuspicionReport.newBuilder();
        for (RegisteredServer server : state.servers().values()) {
            if (server.isPresent()) {
                report.addServers(describe(server));
            }
        }
        return report.build();
    }

    private ServerSuspicion describe(RegisteredServer server) {
        ServerId id = server.record().id();
        ServerSuspicion.Builder suspicion = ServerSuspicion.newBuilder()
                .setServer(server.record().label())
                .setHeard(detector.isHeard(id))
                .setVerdict(verdict(server));
        Long age = detector.heartbeatAgeMillis(id);
        if (age != null) {
            suspicion.setHeartbeatAgeMillis(age);
        }
        witnesses
                .accusersOf(id)
                .forEach((witness, accusation) -> suspicion.addAccusers(Witness.newBuilder()
                        .setServer(label(witness))
                        .setShards(accusation.shards())
                        .setSilentMillis(accusation.silentMillis())
                        .setProbed(accusation.probed())
                        .setReached(accusation.reached())));
        witnesses
                .vouchersFor(id)
                .forEach((witness, voucher) -> suspicion.addVouchers(Witness.newBuilder()
                        .setServer(label(witness))
                        .setShards(voucher.shards())
                        .setProbed(voucher.probed())));
        return suspicion.build();
    }

    private String verdict(RegisteredServer server) {
        ServerId id = server.record().id();
        String label = server.record().label();
        boolean isAccused = !witnesses.accusersOf(id).isEmpty();
        boolean isVouched = !witnesses.vouchersFor(id).isEmpty();
        if (detector.isHeard(id)) {
            if (!isAccused) {
                return "Server " + label + " is heard.";
            }
            return "Server " + label + " is heard, but does not answer "
                    + labels(witnesses.accusersOf(id).keySet())
                    + (isVouched
                            ? ", while " + labels(witnesses.vouchersFor(id).keySet())
                                    + " can reach it: a link between servers is broken, perhaps one way."
                            : ": it sends and cannot be reached, or serves no more.")
                    + oneWay(id);
        }
        if (isVouched) {
            return "Server " + label + " does not reach the manager, and works: "
                    + labels(witnesses.vouchersFor(id).keySet())
                    + " can reach it. It is not declared DOWN; mend the link between them.";
        }
        return isAccused
                ? "Server " + label + " is silent, and "
                        + labels(witnesses.accusersOf(id).keySet()) + " say so too."
                : "Server " + label + " is silent; nobody else can tell.";
    }

    /** Names links on which a server reaches another that does not reach it. */
    private String oneWay(ServerId server) {
        List<ServerId> reached = witnesses.accusersOf(server).entrySet().stream()
                .filter(accuser -> accuser.getValue().reached())
                .map(Map.Entry::getKey)
                .toList();
        return reached.isEmpty() ? "" : " It reaches " + labels(reached) + " itself: that fault goes one way.";
    }

    private String labels(Iterable<ServerId> servers) {
        List<String> labels = new ArrayList<>();
        servers.forEach(server -> labels.add(label(server)));
        return labels.stream().sorted().collect(Collectors.joining(", "));
    }

    private String label(ServerId server) {
        return Answers.label(state, server);
    }
}
