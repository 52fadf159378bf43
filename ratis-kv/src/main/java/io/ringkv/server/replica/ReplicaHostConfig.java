package io.ringkv.server.replica;

import io.ringkv.common.id.ServerId;
import io.ringkv.common.time.NanoClock;
import io.ringkv.process.BootIdSource;
import io.ringkv.raft.SnapshotSchedule;
import io.ringkv.server.engine.ShardEngines;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;

/**
 * What a replica host needs to know.
 *
 * @param self this server
 * @param dataDirectory where everything lies; owned by this process alone
 * @param host address to listen on for Raft
 * @param port port to listen on for Raft; 0 = any free one
 * @param electionTimeoutMinMillis lower bound of the election timeout
 * @param electionTimeoutMaxMillis upper bound of the election timeout
 * @param freeSpaceMinBytes a replica is not opened with less disk space than this
 * @param snapshots when replicas take snapshots
 * @param snapshotBytesPerSecond most that this server sends of snapshots, to all others together
 * @param tickMillis how often divisions are looked after
 * @param engines makes the engines of the replicas
 * @param clock for durations
 * @param wallClock time of day for the headers of entries, which people read and nothing depends on
 * @param bootIds tells runs of the host's operating system apart
 * @param incidents who is told of what the process should end for
 */
public record ReplicaHostConfig(
        ServerId self,
        Path dataDirectory,
        String host,
        int port,
        int electionTimeoutMinMillis,
        int electionTimeoutMaxMillis,
        long freeSpaceMinBytes,
        SnapshotSchedule snapshots,
        long snapshotBytesPerSecond,
        int tickMillis,
        ShardEngines engines,
        NanoClock clock,
        InstantSource wallClock,
        BootIdSource bootIds,
        Incidents incidents) {
    /** Told of what cannot be lived with. */
    @FunctionalInterface
    public interface Incidents {
        /** The disk, or Ratis itself, failed so that the process must end. Called once or more, on any thread. */
        void processMustEnd(String reason, Throwable cause);
    }

    /** Checks that nothing is missing. */
    public ReplicaHostConfig {
        Objects.requireNonNull(self, "self");
        Objects.requireNonNull(dataDirectory, "dataDirectory");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(snapshots, "snapshots");
        Objects.requireNonNull(engines, "engines");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(wallClock, "wallClock");
        Objects.requireNonNull(bootIds, "bootIds");
        Objects.requireNonNull(incidents, "incidents");
        if (tickMillis < 1) {
            throw new IllegalArgumentException("tick: " + tickMillis + " ms (expected: 1 or more)");
        }
    }
}
