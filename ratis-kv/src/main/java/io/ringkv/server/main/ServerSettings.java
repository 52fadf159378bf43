package io.ringkv.server.main;

import io.ringkv.common.config.ByteSize;
import io.ringkv.common.config.Setting;
import io.ringkv.common.config.SettingTypes;
import io.ringkv.common.config.Settings;
import io.ringkv.process.ProcessSettings;
import io.ringkv.raft.RatisSettings;
import io.ringkv.server.probe.ProbeSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Everything that can be configured of a KV server. The text here is what conf/server.yaml and --help say. */
public final class ServerSettings {
    static final Setting<Path> DATA = Setting.of(
            "data",
            SettingTypes.path(),
            Path.of("data/server"),
            "Directory of everything this server keeps. One process at a time; made if missing.");
    static final Setting<String> LABEL = Setting.of(
            "label",
            SettingTypes.text(),
            "",
            "Name for people, such as s1, unique in the cluster. Empty: the manager chooses one.");
    static final Setting<List<String>> JOIN = Setting.of(
            "join",
            SettingTypes.listOf(SettingTypes.text()),
            List.of("127.0.0.1:8400", "127.0.0.1:8410", "127.0.0.1:8420"),
            "Client addresses of any managers or servers of the cluster; one that lives is enough.");
    static final Setting<String> LISTEN_HOST = ProcessSettings.LISTEN_HOST;
    static final Setting<String> ADVERTISE_HOST = Setting.of(
            "advertise-host",
            SettingTypes.text(),
            "",
            "Host under which clients and other servers reach this one; fixed once it has joined. Empty: as listen-host.");
    static final Setting<Integer> BASE_PORT = Setting.of(
            "base-port",
            SettingTypes.integer(0, 65_532),
            7_400,
            "First port: +0 clients, +1 servers among themselves, +2 Raft. 0: any free ports, written to run.json.");
    static final Setting<String> ZONE = Setting.of(
            "zone",
            SettingTypes.text(),
            "",
            "Failure domain, such as a rack: replicas of a shard are put into different zones where there are enough.");
    static final Setting<Duration> ELECTION_TIMEOUT_MIN = ProcessSettings.ELECTION_TIMEOUT_MIN;
    static final Setting<Duration> ELECTION_TIMEOUT_MAX = ProcessSettings.ELECTION_TIMEOUT_MAX;
    static final Setting<ByteSize> FREE_SPACE_MIN = Setting.of(
                    "disk.free-space-min",
                    SettingTypes.size(ByteSize.ofBytes(0), ByteSize.ofMebibytes(1 << 20)),
                    ByteSize.ofMebibytes(64),
                    "A replica is not opened with less free disk space than this.")
            .withEffects("the disk fills up while a replica is rebuilt", "replicas stay closed although there is room");
    static final Setting<Duration> LINGER = Setting.of(
                    "batch.linger",
                    SettingTypes.duration(Duration.ZERO, Duration.ofMillis(100)),
                    Duration.ofMillis(2),
                    "Longest time a write waits for others to share a log entry with. It only waits for those expected,"
                            + " and never longer than the last entry took.")
            .withEffects("more, smaller entries: less throughput", "more latency for writes");
    static final Setting<Integer> ENTRY_OPERATIONS_MAX = Setting.of(
                    "batch.entry-operations-max",
                    SettingTypes.integer(1, 4_096),
                    1_024,
                    "Most operations in one log entry.")
            .withUnit("operations")
            .withEffects(
                    "more entries: less throughput", "longer apply of one entry, during which reads of the shard wait");
    static final Setting<ByteSize> ENTRY_BYTES_MAX = Setting.of(
                    "batch.entry-bytes-max",
                    SettingTypes.size(ByteSize.ofKibibytes(4), ByteSize.ofMebibytes(2)),
                    ByteSize.ofKibibytes(512),
                    "A log entry is closed before it grows beyond this, unless one operation alone is larger.")
            .withEffects("more entries: less throughput", "long pauses on slow links");
    static final Setting<Integer> QUEUE_OPERATIONS_MAX = Setting.of(
                    "batch.queue-operations-max",
                    SettingTypes.integer(1, 1 << 20),
                    16_384,
                    "Most writes that wait for one shard; more are refused with SHARD_QUEUE_FULL.")
            .withUnit("operations")
            .withEffects("refusals at short bursts", "long waits before a refusal");
    static final Setting<ByteSize> QUEUE_BYTES_MAX = Setting.of(
                    "batch.queue-bytes-max",
                    SettingTypes.size(ByteSize.ofMebibytes(4), ByteSize.ofMebibytes(1_024)),
                    ByteSize.ofMebibytes(32),
                    "Most bytes of writes that wait for one shard.")
            .withEffects("refusals at short bursts", "memory");
    static final Setting<Integer> STREAMS_MAX = Setting.of(
                    "door.streams-max",
                    SettingTypes.integer(1, 1 << 16),
                    4_096,
                    "Most batch streams of clients; more are refused with TOO_MANY_CONNECTIONS.")
            .withUnit("streams")
            .withEffects("clients are turned away", "memory");
    static final Setting<ByteSize> STREAM_CREDIT = Setting.of(
                    "door.stream-credit",
                    SettingTypes.size(ByteSize.ofMebibytes(4), ByteSize.ofMebibytes(256)),
                    ByteSize.ofMebibytes(8),
                    "Bytes of unanswered requests a client may have on one stream.")
            .withEffects("clients wait although the server has room", "one client can hold that much memory");
    static final Setting<ByteSize> REQUEST_BYTES_MAX = Setting.of(
                    "door.request-bytes-max",
                    SettingTypes.size(ByteSize.ofMebibytes(8), ByteSize.ofMebibytes(1 << 16)),
                    ByteSize.ofMebibytes(128),
                    "Memory for unanswered requests of all clients together; beyond it requests get OVERLOADED.")
            .withEffects("OVERLOADED under normal load", "the heap must be larger by that much");
    static final Setting<ByteSize> STREAM_RESULTS = Setting.of(
                    "door.stream-results",
                    SettingTypes.size(ByteSize.ofMebibytes(1), ByteSize.ofMebibytes(1_024)),
                    ByteSize.ofMebibytes(8),
                    "Bytes of results that may wait for one stream to take them. Its reads wait beyond that.")
            .withEffects("large pages are read one after the other", "memory for each client that does not read");
    static final Setting<Duration> DOOR_HEARTBEAT = Setting.of(
                    "door.heartbeat",
                    SettingTypes.duration(Duration.ofMillis(50), Duration.ofMillis(500)),
                    Duration.ofMillis(300),
                    "Each side of a stream says something at least this often. Clients turn away after 1 s of silence.")
            .withEffects("idle streams cost CPU", "one late frame is taken for a dead server");
    static final Setting<Duration> REPLICA_WAIT = Setting.of(
                    "door.replica-wait",
                    SettingTypes.duration(Duration.ofMillis(10), Duration.ofSeconds(10)),
                    Duration.ofMillis(200),
                    "A read with a session token waits so long for this replica to become fresh enough; then another is asked.")
            .withEffects("reads run from replica to replica", "reads hang on a replica that is far behind");
    static final Setting<Duration> DOOR_SILENCE = Setting.of(
                    "door.silence",
                    SettingTypes.duration(Duration.ofSeconds(1), Duration.ofMinutes(10)),
                    Duration.ofSeconds(10),
                    "A stream whose client says nothing, or takes nothing, for so long is closed.")
            .withEffects("clients are cut off by a pause", "dead clients keep their memory");
    static final Setting<Duration> RETRY_AFTER = Setting.of(
                    "door.retry-after",
                    SettingTypes.duration(Duration.ofMillis(1), Duration.ofSeconds(10)),
                    Duration.ofMillis(20),
                    "How long a client is told to wait when it is refused because of too much work.")
            .withEffects("refused clients come back at once and cost CPU", "the server idles after a burst");
    static final Setting<Duration> SWEEP = Setting.of(
                    "door.sweep",
                    SettingTypes.duration(Duration.ofMillis(10), Duration.ofSeconds(5)),
                    Duration.ofMillis(50),
                    "How often requests that wait are looked at for the end of their time limit.")
            .withEffects("CPU", "answers to expired requests come late");
    static final Setting<Duration> BARRIER_HEDGE = Setting.of(
                    "barrier.hedge",
                    SettingTypes.duration(Duration.ofMillis(1), Duration.ofSeconds(10)),
                    Duration.ofMillis(8),
                    "When the servers that are asked to confirm reads have not answered by then, others are asked too.")
            .withEffects("more questions than needed", "reads wait for a slow server though another could answer");
    static final Setting<Duration> BARRIER_TIMEOUT = Setting.of(
                    "barrier.timeout",
                    SettingTypes.duration(Duration.ofMillis(10), Duration.ofMinutes(1)),
                    Duration.ofMillis(800),
                    "A read that no majority has confirmed by then is refused. Above barrier.hedge.")
            .withEffects("reads are refused on a busy machine", "reads at a leader that was cut off fail late");
    static final Setting<Duration> BARRIER_DEPOSE_AFTER = Setting.of(
                    "barrier.depose-after",
                    SettingTypes.duration(Duration.ofMillis(100), Duration.ofMinutes(5)),
                    Duration.ofSeconds(1),
                    "A leader that could confirm nothing for so long, though reads wait, steps down.")
            .withEffects("leaders step down because of a pause", "reads of its shards fail for longer");
    static final Setting<Integer> BARRIER_READS_MAX = Setting.of(
                    "barrier.reads-max",
                    SettingTypes.integer(1, 10_000_000),
                    65_536,
                    "Most reads that may wait for confirmation; more are refused with OVERLOADED.")
            .withUnit("reads")
            .withEffects("refusals under load", "long waits before a refusal");
    static final Setting<Duration> FRESHNESS = Setting.of(
                    "stale-reads.freshness",
                    SettingTypes.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
                    Duration.ofSeconds(1),
                    "How often each replica proves how fresh it is, which stale reads tell their clients.")
            .withEffects(
                    "a question to the leader per replica and interval, on idle servers too", "larger ages are told");
    static final Setting<Long> SNAPSHOT_ENTRIES = Setting.of(
                    "snapshot.entries",
                    SettingTypes.number(100, 100_000_000),
                    100_000L,
                    "A replica takes a snapshot after so many log entries, or more if its state is large.")
            .withUnit("entries")
            .withEffects("snapshots are written all the time", "a restart replays a long log");
    static final Setting<ByteSize> SNAPSHOT_LOG_BYTES = Setting.of(
                    "snapshot.log-size",
                    SettingTypes.size(ByteSize.ofMebibytes(1), ByteSize.ofMebibytes(1 << 20)),
                    ByteSize.ofMebibytes(64),
                    "A replica takes a snapshot after so many bytes of log, or more if its state is large.")
            .withEffects("snapshots are written all the time", "the log takes disk space, and a restart replays it");
    static final Setting<Duration> SNAPSHOT_AGE = Setting.of(
                    "snapshot.age",
                    SettingTypes.duration(Duration.ofSeconds(10), Duration.ofDays(30)),
                    Duration.ofHours(1),
                    "A replica in which anything happened takes a snapshot at least this often.")
            .withEffects("quiet replicas write snapshots all the time", "quiet replicas keep old logs");
    static final Setting<ByteSize> SNAPSHOT_TRANSFER_RATE = Setting.of(
                    "snapshot.transfer-rate",
                    SettingTypes.size(ByteSize.ofMebibytes(1), ByteSize.ofMebibytes(1 << 14)),
                    ByteSize.ofBytes(RatisSettings.DEFAULT_SNAPSHOT_BYTES_PER_SECOND),
                    "Most bytes per second that this server sends of snapshots: replicas that move to other servers, or have"
                            + " fallen far behind.")
            .withEffects(
                    "moves and repairs take long", "moves and repairs slow down the requests of clients meanwhile");
    static final Setting<Integer> DISK_READ_ONLY = Setting.of(
                    "disk.read-only",
                    SettingTypes.integer(1, 100),
                    90,
                    "From so much used space of the disk on, by whomever, writes that need space are refused with READ_ONLY;"
                            + " deletes and reads go on. They are taken again 2 percent below. 100 = never.")
            .withUnit("percent")
            .withEffects("space is left unused", "a log that cannot be written ends the process");
    static final Setting<ByteSize> DISK_ENOUGH_FREE = Setting.of(
                    "disk.enough-free",
                    SettingTypes.size(ByteSize.ofBytes(0), ByteSize.ofMebibytes(1 << 26)),
                    ByteSize.ofMebibytes(20 << 10),
                    "With so much free space a disk is never too full, whatever its size; 0 = the percentage alone decides.")
            .withEffects("large disks count as full early", "snapshots and repairs may find no room");
    static final Setting<Duration> HEARTBEAT = Setting.of(
                    "manager.heartbeat",
                    SettingTypes.duration(Duration.ofMillis(50), Duration.ofSeconds(10)),
                    Duration.ofMillis(500),
                    "Time between two reports to the manager; well below its suspect-after.")
            .withEffects("the manager is busy listening", "the server is suspected without reason");
    static final Setting<Integer> PROBE_TARGETS = Setting.of(
                    "probe.targets",
                    SettingTypes.integer(0, ProbeSettings.TARGETS_MAX),
                    ProbeSettings.USUAL.targets(),
                    "How many other servers this one asks whether they are there, to tell the manager; 0 for none.")
            .withUnit("servers")
            .withEffects("a broken link between a server and the manager is taken for a death", "work without effect");
    static final Setting<Duration> PROBE_PERIOD = Setting.of(
                    "probe.period",
                    SettingTypes.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
                    Duration.ofMillis(ProbeSettings.USUAL.periodMillis()),
                    "How often it asks each of them; well below the manager's suspect-after.")
            .withEffects("work without effect", "silence is noticed late");
    static final Setting<Duration> PROBE_TIMEOUT = Setting.of(
                    "probe.timeout",
                    SettingTypes.duration(Duration.ofMillis(50), Duration.ofMinutes(1)),
                    Duration.ofMillis(ProbeSettings.USUAL.timeoutMillis()),
                    "An answer that takes longer is none.")
            .withEffects("every pause counts as silence", "silence is noticed late");
    static final Setting<Duration> STOP_TIMEOUT = Setting.of(
                    "stop-timeout",
                    SettingTypes.duration(Duration.ZERO, Duration.ofMinutes(5)),
                    Duration.ofSeconds(5),
                    "How long handing leadership away may take when the process stops in good order.")
            .withEffects("clients notice the stop", "the stop takes long when no other replica can lead");
    static final Setting<Integer> EVENT_LOOP_THREADS = ProcessSettings.EVENT_LOOP_THREADS;

    private static final Settings ALL = Settings.of(
            DATA,
            LABEL,
            JOIN,
            LISTEN_HOST,
            ADVERTISE_HOST,
            BASE_PORT,
            ZONE,
            ELECTION_TIMEOUT_MIN,
            ELECTION_TIMEOUT_MAX,
            FREE_SPACE_MIN,
            LINGER,
            ENTRY_OPERATIONS_MAX,
            ENTRY_BYTES_MAX,
            QUEUE_OPERATIONS_MAX,
            QUEUE_BYTES_MAX,
            STREAMS_MAX,
            STREAM_CREDIT,
            STREAM_RESULTS,
            REQUEST_BYTES_MAX,
            DOOR_HEARTBEAT,
            DOOR_SILENCE,
            REPLICA_WAIT,
            RETRY_AFTER,
            SWEEP,
            BARRIER_HEDGE,
            BARRIER_TIMEOUT,
            BARRIER_DEPOSE_AFTER,
            BARRIER_READS_MAX,
            FRESHNESS,
            SNAPSHOT_ENTRIES,
            SNAPSHOT_LOG_BYTES,
            SNAPSHOT_AGE,
            SNAPSHOT_TRANSFER_RATE,
            DISK_READ_ONLY,
            DISK_ENOUGH_FREE,
            HEARTBEAT,
            PROBE_TARGETS,
            PROBE_PERIOD,
            PROBE_TIMEOUT,
            STOP_TIMEOUT,
            EVENT_LOOP_THREADS);

    private ServerSettings() {}

    /** All settings, in the order of the configuration file. */
    public static Settings all() {
        return ALL;
    }
}
