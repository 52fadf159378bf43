package io.ringkv.server.main;

import io.ringkv.common.config.ByteSize;
import io.ringkv.common.config.Setting;
import io.ringkv.common.config.SettingTypes;
import io.ringkv.common.config.Settings;
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
    static final Setting<String> LISTEN_HOST = Setting.of(
            "listen-host",
            SettingTypes.text(),
            "127.0.0.1",
            "Address to listen on. There is no TLS yet: keep to networks you trust.");
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
    static final Setting<Duration> ELECTION_TIMEOUT_MIN = Setting.of(
                    "raft.election-timeout-min",
                    SettingTypes.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
                    Duration.ofMillis(500),
                    "A replica that hears no leader for so long may call an election; the time is drawn between min and max.")
            .withEffects("false elections under load or garbage collection", "longer gaps when a leader dies");
    static final Setting<Duration> ELECTION_TIMEOUT_MAX = Setting.of(
                    "raft.election-timeout-max",
                    SettingTypes.duration(Duration.ofMillis(200), Duration.ofMinutes(2)),
                    Duration.ofMillis(1_000),
                    "Upper bound of the election timeout; above the lower one.")
            .withEffects("split votes", "longer gaps when a leader dies");
    static final Setting<ByteSize> FREE_SPACE_MIN = Setting.of(
                    "disk.free-space-min",
                    SettingTypes.size(ByteSize.ofBytes(0), ByteSize.ofMebibytes(1 << 20)),
                    ByteSize.ofMebibytes(64),
                    "A replica is not opened with less free disk space than this.")
            .withEffects("the disk fills up while a replica is rebuilt", "replicas stay closed although there is room");
    static final Setting<Duration> LINGER = Setting.of(
                    "batch.linger",
                    SettingTypes.duration(Duration.ZERO, Duration.ofMillis(100)),
                    Duration.ofNanos(400_000),
                    "Longest time a write waits for others to share a log entry with. It only waits for those expected.")
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
    static final Setting<Duration> HEARTBEAT = Setting.of(
                    "manager.heartbeat",
                    SettingTypes.duration(Duration.ofMillis(50), Duration.ofSeconds(10)),
                    Duration.ofMillis(500),
                    "Time between two reports to the manager; well below its suspect-after.")
            .withEffects("the manager is busy listening", "the server is suspected without reason");
    static final Setting<Duration> STOP_TIMEOUT = Setting.of(
                    "stop-timeout",
                    SettingTypes.duration(Duration.ZERO, Duration.ofMinutes(5)),
                    Duration.ofSeconds(5),
                    "How long handing leadership away may take when the process stops in good order.")
            .withEffects("clients notice the stop", "the stop takes long when no other replica can lead");
    static final Setting<Integer> EVENT_LOOP_THREADS = Setting.of(
                    "event-loop-threads",
                    SettingTypes.integer(1, 64),
                    1,
                    "Threads for all connections. One coalesces best; more only where one is saturated.")
            .withUnit("threads");

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
            REQUEST_BYTES_MAX,
            HEARTBEAT,
            STOP_TIMEOUT,
            EVENT_LOOP_THREADS);

    private ServerSettings() {}

    /** All settings, in the order of the configuration file. */
    public static Settings all() {
        return ALL;
    }
}
