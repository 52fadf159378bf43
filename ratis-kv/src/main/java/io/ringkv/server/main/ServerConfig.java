package io.ringkv.server.main;

import io.ringkv.common.config.Config;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.limit.LimitChecks;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.server.agent.AgentSettings;
import io.ringkv.server.barrier.BarrierSettings;
import io.ringkv.server.batch.BatchLimits;
import io.ringkv.server.door.DoorSettings;
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
        BarrierSettings barrier) {
    private static final int STREAM_RESULT_BYTES = 8 << 20;
    private static final int DOOR_HEARTBEAT_MILLIS = 300;
    private static final int DOOR_SILENCE_MILLIS = 3_000;
    private static final int RETRY_AFTER_MILLIS = 20;
    private static final int SWEEP_MILLIS = 50;

    /**
     * Checks what single settings cannot.
     *
     * @throws RingKvException INVALID_CONFIG_VALUE, or INVALID_ARGUMENT for the label
     */
    public ServerConfig {
        if (!label.isEmpty()) {
            LimitChecks.checkLabel(label);
        }
        if (electionTimeoutMaxMillis <= electionTimeoutMinMillis) {
            throw new RingKvException(
                    ErrorCode.INVALID_CONFIG_VALUE,
                    "raft.election-timeout-max (" + electionTimeoutMaxMillis
                            + " ms) is not above raft.election-timeout-min (" + electionTimeoutMinMillis + " ms)");
        }
    }

    /** From settings. */
    public static ServerConfig of(Config config) {
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
                        credit),
                new DoorSettings(
                        (int) credit,
                        STREAM_RESULT_BYTES,
                        config.get(ServerSettings.REQUEST_BYTES_MAX).bytes(),
                        config.get(ServerSettings.STREAMS_MAX),
                        DOOR_HEARTBEAT_MILLIS,
                        DOOR_SILENCE_MILLIS,
                        RETRY_AFTER_MILLIS,
                        SWEEP_MILLIS),
                BarrierSettings.defaults());
    }
}
