package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.liveness.LivenessDetector;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.MarkServer;
import io.ringkv.manager.state.RegisteredServer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Proposes what follows from who is heard and who is silent: servers return, are declared DOWN, and end their maintenance.
 * Soft state of one leadership. Belongs to the control thread.
 */
final class ServerWatch {

    private final Fleet fleet;
    private final LivenessLimits limits;
    private final LivenessDetector detector;
    private final OperationDesk.Proposals proposals;
    private final MaintenanceClock maintenanceClock = new MaintenanceClock();
    private ClusterState state;

    ServerWatch(Fleet fleet, LivenessLimits limits, ClusterState state, OperationDesk.Proposals proposals) {
        this.fleet = fleet;
        this.limits = limits;
        this.detector = new LivenessDetector(limits);
        this.proposals = proposals;
        this.state = state;
        detector.lead(serversIn(null), serversIn(ServerState.DOWN));
    }

    LivenessDetector detector() {
        return detector;
    }

    MaintenanceClock maintenanceClock() {
        return maintenanceClock;
    }

    /** The log went on. */
    void update(ClusterState newer) {
        state = newer;
        detector.update(serversIn(null), serversIn(ServerState.DOWN));
    }

    /** Proposes all that follows now. */
    void decide(long nowMillis) {
        state.servers().values().forEach(this::decideReturn);
        decideDown(detector.toDeclareDown());
        maintenanceClock
                .due(state.servers().values(), nowMillis)
                .forEach((server, command) -> proposals.propose("maintain " + server, command));
    }

    /** Proposes what follows from a server's being heard. */
    void decideReturn(RegisteredServer server) {
        ServerId id = server.record().id();
        ServerState from = server.record().state();
        boolean isAway = from == ServerState.JOINING || from == ServerState.DOWN;
        if (isAway && detector.isHeard(id)) {
            proposals.propose("mark " + id, new MarkServer(id, from, server.stateWhenHeard()));
        }
    }

    /** One that others can reach is not dead, only cut off from this manager. */
    private void decideDown(List<ServerId> expired) {
        if (!expired.isEmpty()) {
            Suspicions suspicions = suspicions();
            expired.stream().filter(id -> !suspicions.isOnlyCutOff(id)).forEach(this::decideDown);
        }
    }

    private void decideDown(ServerId id) {
        ServerState from = state.stateOf(id);
        if (from == ServerState.JOINING || from == ServerState.ACTIVE || from == ServerState.DRAINING) {
            proposals.propose("mark " + id, new MarkServer(id, from, ServerState.DOWN));
        }
    }

    /** Who accuses whom of silence, at this instant. */
    Suspicions suspicions() {
        return new Suspicions(
                state,
                detector,
                Witnesses.ask(state.shards().values(), fleet, detector::isHeard, limits.suspectMillis()));
    }

    /** Who is silent, and what is held back because of that: sentences for people. */
    List<String> notices() {
        List<String> notices = new ArrayList<>();
        List<ServerId> held = detector.held();
        if (!held.isEmpty()) {
            List<String> labels =
                    held.stream().map(id -> Answers.label(state, id)).toList();
            notices.add(
                    "More than a third of the servers fell silent at once, so that the fault is probably elsewhere; not"
                            + " declared DOWN yet: "
                            + String.join(", ", labels)
                            + ". If one is down indeed: ringkv server confirm-down ID.");
        }
        notices.addAll(suspicions().notices());
        return notices;
    }

    /** Servers that are not removed, or only those in one state. */
    private List<ServerId> serversIn(@Nullable ServerState wanted) {
        return state.servers().values().stream()
                .map(RegisteredServer::record)
                .filter(record -> wanted == null ? record.state() != ServerState.REMOVED : record.state() == wanted)
                .map(record -> record.id())
                .toList();
    }
}
