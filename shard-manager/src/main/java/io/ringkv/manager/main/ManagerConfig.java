package io.ringkv.manager.main;

import io.ringkv.common.limit.LimitChecks;
import io.ringkv.manager.liveness.LivenessLimits;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What one manager process is told.
 *
 * @param dataDirectory where it keeps everything; made if missing
 * @param label its name for people; empty to be given one when the cluster is created
 * @param listenHost address to listen on
 * @param advertiseHost host under which others reach it; fixed once the cluster exists
 * @param clientPort door of clients and operators; 0 for any free one, and for the former one after a restart
 * @param peerPort door of KV servers, likewise
 * @param raftPort port of Raft, likewise
 * @param liveness how long servers may be silent
 * @param electionTimeoutMinMillis a member that hears no leader for so long may call an election
 * @param electionTimeoutMaxMillis upper bound of that time, which is random
 * @param freeSpaceMinBytes the log is not opened with less free space than this
 * @param eventLoopThreads threads for all connections
 * @param stopTimeoutMillis how long handing leadership away may take when the process stops
 */
public record ManagerConfig(
        Path dataDirectory,
        String label,
        String listenHost,
        String advertiseHost,
        int clientPort,
        int peerPort,
        int raftPort,
        LivenessLimits liveness,
        int electionTimeoutMinMillis,
        int electionTimeoutMaxMillis,
        long freeSpaceMinBytes,
        int eventLoopThreads,
        long stopTimeoutMillis) {

    private static final LivenessLimits DEFAULT_LIVENESS = new LivenessLimits(500, 3_000, 60_000);

    /** @throws io.ringkv.common.error.RingKvException {@code INVALID_ARGUMENT} for a malformed label */
    public ManagerConfig {
        Objects.requireNonNull(dataDirectory, "dataDirectory");
        Objects.requireNonNull(listenHost, "listenHost");
        Objects.requireNonNull(advertiseHost, "advertiseHost");
        Objects.requireNonNull(liveness, "liveness");
        if (!label.isEmpty()) {
            LimitChecks.checkLabel(label);
        }
    }

    /** A manager on the loopback interface, on any free ports, with the usual times: for tests and trying out. */
    public static ManagerConfig local(Path dataDirectory) {
        return new ManagerConfig(
                dataDirectory,
                "",
                "127.0.0.1",
                "127.0.0.1",
                0,
                0,
                0,
                DEFAULT_LIVENESS,
                500,
                1_000,
                64L << 20,
                1,
                3_000);
    }

    /** The same with a name for people. */
    public ManagerConfig withLabel(String newLabel) {
        return new ManagerConfig(
                dataDirectory,
                newLabel,
                listenHost,
                advertiseHost,
                clientPort,
                peerPort,
                raftPort,
                liveness,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                freeSpaceMinBytes,
                eventLoopThreads,
                stopTimeoutMillis);
    }

    /** The same with other ports. */
    public ManagerConfig withPorts(int client, int peer, int raft) {
        return new ManagerConfig(
                dataDirectory,
                label,
                listenHost,
                advertiseHost,
                client,
                peer,
                raft,
                liveness,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                freeSpaceMinBytes,
                eventLoopThreads,
                stopTimeoutMillis);
    }

    /** The same with other limits of silence. */
    public ManagerConfig withLiveness(LivenessLimits limits) {
        return new ManagerConfig(
                dataDirectory,
                label,
                listenHost,
                advertiseHost,
                clientPort,
                peerPort,
                raftPort,
                limits,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                freeSpaceMinBytes,
                eventLoopThreads,
                stopTimeoutMillis);
    }

    /** The same with other election timeouts. */
    public ManagerConfig withElectionTimeoutMillis(int min, int max) {
        return new ManagerConfig(
                dataDirectory,
                label,
                listenHost,
                advertiseHost,
                clientPort,
                peerPort,
                raftPort,
                liveness,
                min,
                max,
                freeSpaceMinBytes,
                eventLoopThreads,
                stopTimeoutMillis);
    }
}
