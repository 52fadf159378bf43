package io.ringkv.server.main;

import io.ringkv.common.config.Config;
import io.ringkv.common.limit.LimitChecks;
import io.ringkv.process.ProcessSettings;
import io.ringkv.raft.SnapshotSchedule;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.server.agent.AgentSettings;
import io.ringkv.server.barrier.BarrierSettings;
import io.ringkv.server.batch.BatchLimits;
import io.ringkv.server.disk.DiskWatermarks;
import io.ringkv.server.door.DoorSettings;
import io.ringkv.server.probe.ProbeSettings;
import java.nio.file.Path;
import java.util.List;

/**
 * What one server process is told, checked as a whole.
 *
 * @param dataDirectory where it keeps everything
 * @param label wanted name, may be empty
 * @param zone failure domain, may be empty
 * @param listenHost address to listen on
 * @param advertiseHost host under which others reach it
 * @param basePort first port, 0 = any free ones
 * @param electionTimeoutMinMillis lower bound of the election timeout
 * @param electionTimeoutMaxMillis upper bound of the election timeout
 * @param freeSpaceMinBytes a replica is not opened with less
 * @param stopTimeoutMillis time for handing leadership away
 * @param eventLoopThreads threads for all connections
 * @param agent how it keeps in touch with the manager
 * @param batch bounds of the batchers
 * @param door bounds of the door
 * @param barrier limits of the read barrier
 * @param probes how it probes other servers
 * @param snapshots when replicas take snapshots
 * @param snapshotBytesPerSecond most that this server sends of snapshots, to all others together
 * @param freshnessMillis how often the age of each replica's state is proved anew
 * @param disk from when on the disk is too full to let data grow
 */
public record ServerConfig(
        Path dataDirectory,
        String label,
        String zone,
        String listenHost,
        String advertiseHost,
        int basePort,
        int electionTimeoutMinMillis,
        int electionTimeoutMaxMillis,
        long freeSpaceMinBytes,
        long stopTimeoutMillis,
        int eventLoopThreads,
        AgentSettings agent,
        BatchLimits batch,
        DoorSettings door,
        BarrierSettings barrier,
        ProbeSettings probes,
        SnapshotSchedule snapshots,
        long snapshotBytesPerSecond,
        int freshnessMillis,
        DiskWatermarks disk) {
    /** One shard that hangs must not hold all of a stream's credit: the stream goes on for the others. */
    private static final int CREDIT_PER_CLIENT_SHARE = 4;
    /** A shard that had no leader for as long as so many elections take will not get one soon. */
    private static final int LEADERLESS_ELECTIONS = 10;

    /**
     * Checks what single settings cannot.
     *
     * @throws io.ringkv.common.error.RingKvException INVALID_CONFIG_VALUE, or INVALID_ARGUMENT for the label
     */
    public ServerConfig {
        if (!label.isEmpty()) {
            LimitChecks.checkLabel(label);
        }
        ProcessSettings.checkReachable("server", advertiseHost);
    }

    /** From settings. */
    public static ServerConfig of(Config config) {
        ProcessSettings.checkOrder(config, ServerSettings.ELECTION_TIMEOUT_MIN, ServerSettings.ELECTION_TIMEOUT_MAX);
        ProcessSettings.checkOrder(config, ServerSettings.BARRIER_HEDGE, ServerSettings.BARRIER_TIMEOUT);
        String listenHost = config.get(ServerSettings.LISTEN_HOST);
        String advertiseHost = config.get(ServerSettings.ADVERTISE_HOST);
        List<HostPort> join = HostPort.parseList(String.join(",", config.get(ServerSettings.JOIN)));
        long credit = config.get(ServerSettings.STREAM_CREDIT).bytes();
        return new ServerConfig(
                config.get(ServerSettings.DATA),
                config.get(ServerSettings.LABEL),
                config.get(ServerSettings.ZONE),
                listenHost,
                advertiseHost.isEmpty() ? listenHost : advertiseHost,
                config.get(ServerSettings.BASE_PORT),
                (int) config.get(ServerSettings.ELECTION_TIMEOUT_MIN).toMillis(),
                (int) config.get(ServerSettings.ELECTION_TIMEOUT_MAX).toMillis(),
                config.get(ServerSettings.FREE_SPACE_MIN).bytes(),
                config.get(ServerSettings.STOP_TIMEOUT).toMillis(),
                config.get(ServerSettings.EVENT_LOOP_THREADS),
                AgentSettings.of(join)
                        .withHeartbeatMillis(
                                config.get(ServerSettings.HEARTBEAT).toMillis()),
                new BatchLimits(
                        config.get(ServerSettings.ENTRY_OPERATIONS_MAX),
                        (int) config.get(ServerSettings.ENTRY_BYTES_MAX).bytes(),
                        config.get(ServerSettings.LINGER).toNanos(),
                        config.get(ServerSettings.QUEUE_OPERATIONS_MAX),
                        config.get(ServerSettings.QUEUE_BYTES_MAX).bytes(),
                        credit / CREDIT_PER_CLIENT_SHARE),
                door(config),
                new BarrierSettings(
                        config.get(ServerSettings.BARRIER_HEDGE).toMillis(),
                        config.get(ServerSettings.BARRIER_TIMEOUT).toMillis(),
                        config.get(ServerSettings.BARRIER_DEPOSE_AFTER).toMillis(),
                        config.get(ServerSettings.BARRIER_READS_MAX)),
                new ProbeSettings(
                        config.get(ServerSettings.PROBE_TARGETS),
                        config.get(ServerSettings.PROBE_PERIOD).toMillis(),
                        config.get(ServerSettings.PROBE_TIMEOUT).toMillis()),
                new SnapshotSchedule(
                        config.get(ServerSettings.SNAPSHOT_ENTRIES),
                        config.get(ServerSettings.SNAPSHOT_LOG_BYTES).bytes(),
                        config.get(ServerSettings.SNAPSHOT_AGE).toMillis()),
                config.get(ServerSettings.SNAPSHOT_TRANSFER_RATE).bytes(),
                (int) config.get(ServerSettings.FRESHNESS).toMillis(),
                DiskWatermarks.of(
                        config.get(ServerSettings.DISK_READ_ONLY),
                        config.get(ServerSettings.DISK_ENOUGH_FREE).bytes()));
    }

    private static DoorSettings door(Config config) {
        return new DoorSettings(
                (int) config.get(ServerSettings.STREAM_CREDIT).bytes(),
                (int) config.get(ServerSettings.STREAM_RESULTS).bytes(),
                config.get(ServerSettings.REQUEST_BYTES_MAX).bytes(),
                config.get(ServerSettings.STREAMS_MAX),
                (int) config.get(ServerSettings.DOOR_HEARTBEAT).toMillis(),
                (int) config.get(ServerSettings.DOOR_SILENCE).toMillis(),
                (int) config.get(ServerSettings.RETRY_AFTER).toMillis(),
                (int) config.get(ServerSettings.SWEEP).toMillis(),
                (int) config.get(ServerSettings.REPLICA_WAIT).toMillis(),
                LEADERLESS_ELECTIONS
                        * (int) config.get(ServerSettings.ELECTION_TIMEOUT_MAX).toMillis());
    }
}
