package io.ringkv.manager.main;

import io.ringkv.common.limit.LimitChecks;
import io.ringkv.manager.control.OperationSettings;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.roster.RosterLimits;
import io.ringkv.process.Ports;
import io.ringkv.process.ProcessSettings;
import io.ringkv.rpc.support.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What one manager process is told.
 *
 * @param dataDirectory where it keeps everything; made if missing
 * @param label its name for people; empty to be given one when the cluster is created
 * @param join client addresses of any processes of a cluster in which it shall stand by; empty for one that waits to found one
 * @param listenHost address to listen on
 * @param advertiseHost host under which others reach it; fixed once the cluster exists
 * @param ports to listen on; 0 for any free one, and for the former one after a restart
 * @param liveness how long servers may be silent
 * @param operations how operations are started and driven
 * @param members when members of the manager group are replaced
 * @param electionTimeoutMinMillis a member that hears no leader for so long may call an election
 * @param electionTimeoutMaxMillis upper bound of that time, which is random
 * @param freeSpaceMinBytes the log is not opened with less free space than this
 * @param eventLoopThreads threads for all connections
 * @param stopTimeoutMillis how long handing leadership away may take when the process stops
 */
public record ManagerConfig(
        Path dataDirectory,
        String label,
        List<HostPort> join,
        String listenHost,
        String advertiseHost,
        Ports ports,
        LivenessLimits liveness,
        OperationSettings operations,
        RosterLimits members,
        int electionTimeoutMinMillis,
        int electionTimeoutMaxMillis,
        long freeSpaceMinBytes,
        int eventLoopThreads,
        long stopTimeoutMillis) {

    private static final LivenessLimits DEFAULT_LIVENESS = new LivenessLimits(500, 3_000, 60_000);

    /**
     * Checks what single settings cannot.
     *
     * @throws io.ringkv.common.error.RingKvException {@code INVALID_ARGUMENT} for a malformed label, {@code
     *     INVALID_CONFIG_VALUE} for a host that is none
     */
    public ManagerConfig {
        Objects.requireNonNull(dataDirectory, "dataDirectory");
        Objects.requireNonNull(listenHost, "listenHost");
        Objects.requireNonNull(advertiseHost, "advertiseHost");
        Objects.requireNonNull(ports, "ports");
        Objects.requireNonNull(liveness, "liveness");
        Objects.requireNonNull(operations, "operations");
        Objects.requireNonNull(members, "members");
        join = List.copyOf(join);
        ProcessSettings.checkReachable("manager", advertiseHost);
        if (!label.isEmpty()) {
            LimitChecks.checkLabel(label);
        }
    }

    /** A manager on the loopback interface, on any free ports, with the usual times: for tests and trying out. */
    public static ManagerConfig local(Path dataDirectory) {
        return new ManagerConfig(
                dataDirectory,
                "",
                List.of(),
                "127.0.0.1",
                "127.0.0.1",
                Ports.ANY,
                DEFAULT_LIVENESS,
                OperationSettings.USUAL,
                RosterLimits.USUAL,
                500,
                1_000,
                64L << 20,
                1,
                3_000);
    }

    /** The same with a name for people. */
    public ManagerConfig withLabel(String newLabel) {
        return with(copy -> copy.label = newLabel);
    }

    /** The same with other ports. */
    public ManagerConfig withPorts(int client, int peer, int raft) {
        return with(copy -> copy.ports = new Ports(client, peer, raft));
    }

    /** The same with other limits of silence. */
    public ManagerConfig withLiveness(LivenessLimits limits) {
        return with(copy -> copy.liveness = limits);
    }

    /** The same with other election timeouts. */
    public ManagerConfig withElectionTimeoutMillis(int min, int max) {
        return with(copy -> {
            copy.electionTimeoutMinMillis = min;
            copy.electionTimeoutMaxMillis = max;
        });
    }

    /** The same with other settings of operations. */
    public ManagerConfig withOperations(OperationSettings settings) {
        return with(copy -> copy.operations = settings);
    }

    /** The same, to stand by in the cluster that is found at these client addresses. */
    public ManagerConfig withJoin(List<HostPort> addresses) {
        return with(copy -> copy.join = addresses);
    }

    /** The same with other limits for members. */
    public ManagerConfig withMembers(RosterLimits limits) {
        return with(copy -> copy.members = limits);
    }

    private ManagerConfig with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.toConfig();
    }

    /** A configuration of which parts that may be other ones are exchanged. */
    private static final class Copy {
        private final ManagerConfig original;
        private String label;
        private List<HostPort> join;
        private Ports ports;
        private LivenessLimits liveness;
        private OperationSettings operations;
        private RosterLimits members;
        private int electionTimeoutMinMillis;
        private int electionTimeoutMaxMillis;

        Copy(ManagerConfig original) {
            this.original = original;
            this.label = original.label;
            this.join = original.join;
            this.ports = original.ports;
            this.liveness = original.liveness;
            this.operations = original.operations;
            this.members = original.members;
            this.electionTimeoutMinMillis = original.electionTimeoutMinMillis;
            this.electionTimeoutMaxMillis = original.electionTimeoutMaxMillis;
        }

        ManagerConfig toConfig() {
            return new ManagerConfig(
                    original.dataDirectory,
                    label,
                    join,
                    original.listenHost,
                    original.advertiseHost,
                    ports,
                    liveness,
                    operations,
                    members,
                    electionTimeoutMinMillis,
                    electionTimeoutMaxMillis,
                    original.freeSpaceMinBytes,
                    original.eventLoopThreads,
                    original.stopTimeoutMillis);
        }
    }
}
