package io.ringkv.manager.control;

import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.CreateCluster;
import io.ringkv.manager.state.Founding;
import io.ringkv.manager.state.LoggedCommand;
import io.ringkv.manager.state.MarkServer;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.ServerSuspicion;
import io.ringkv.rpc.support.ShardMapPublisher;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Five servers, links between them that can be cut, and the manager they report to; what they report a subclass says. */
abstract class FiveServers {

    static final long TICK = 500;
    static final int SERVERS = 5;

    private static final ManagerId SELF = new ManagerId(1);
    private static final long TERM = 4;

    final MemoryLog log = new MemoryLog();

    /** Links that are cut, {@code from>to}; 0 is the manager. */
    final Set<String> cut = new HashSet<>();

    final Set<Integer> dead = new HashSet<>();

    @SuppressWarnings("NullAway.Init") // set by lead()
    LeaderDuties duties;

    private final Map<String, Long> silent = new TreeMap<>();
    private long sequence;

    /** Registers the servers under a manager that leads. */
    final void lead(Founding founding, boolean placed) {
        log.leadIn(TERM, SELF);
        propose(new CreateCluster(founding), 0);
        for (int number = 1; number <= SERVERS; number++) {
            propose(Clusters.register(number), 0);
            propose(new MarkServer(Clusters.server(number), ServerState.JOINING, ServerState.ACTIVE), TERM);
        }
        if (placed) {
            propose(Clusters.place(founding.settings()), TERM);
        }
        duties = new LeaderDuties(
                TERM,
                ControlSettings.of(new LivenessLimits(TICK, 3_000, 10_000)),
                log.state(),
                (command, decidedInTerm) -> log.propose(new LoggedCommand(1, 1, SELF, decidedInTerm, command)),
                Runnable::run,
                new ShardMapPublisher(),
                () -> new GroupId(new UUID(1, 1)));
        pass(4);
    }

    private void propose(ClusterCommand command, long decidedInTerm) {
        var unused = log.propose(new LoggedCommand(1, 1, SELF, decidedInTerm, command));
    }

    final @Nullable ServerState stateOf(int number) {
        return log.state().stateOf(Clusters.server(number));
    }

    final ServerSuspicion suspicion(int number) {
        return duties.suspicions().report().getServersList().stream()
                .filter(server -> server.getServer().equals("s" + number))
                .findFirst()
                .orElseThrow();
    }

    /** Time goes on; whoever can reports to the manager. */
    final void pass(int ticks) {
        for (int i = 0; i < ticks; i++) {
            sequence++;
            for (int number = 1; number <= SERVERS; number++) {
                if (!dead.contains(number) && !cut.contains(number + ">0")) {
                    HeartbeatRequest.Builder heartbeat = HeartbeatRequest.newBuilder()
                            .setServerId(number)
                            .setBootId(1)
                            .setSequence(sequence);
                    report(number, heartbeat);
                    Fleet.Reception unused = duties.heartbeat(Clusters.server(number), heartbeat.build());
                }
            }
            duties.tick(TICK);
            duties.stateChanged(log.state());
        }
    }

    /** Adds what this server reports. */
    abstract void report(int number, HeartbeatRequest.Builder heartbeat);

    /** How long a link has been silent, looked at once per tick. */
    final long silence(String link, boolean answers) {
        long silence = answers ? 0 : silent.getOrDefault(link, 0L) + TICK;
        silent.put(link, silence);
        return silence;
    }
}
