package io.ringkv.manager.main;

import io.ringkv.common.config.ByteSize;
import io.ringkv.common.config.Config;
import io.ringkv.common.config.Setting;
import io.ringkv.common.config.SettingTypes;
import io.ringkv.common.config.Settings;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.manager.liveness.LivenessLimits;
import java.nio.file.Path;
import java.time.Duration;

/** Everything that can be configured of a manager. The text here is what conf/manager.yaml and --help say. */
public final class ManagerSettings {

    static final Setting<Path> DATA = Setting.of(
            "data",
            SettingTypes.path(),
            Path.of("data/manager"),
            "Directory of everything this manager keeps. One process at a time; made if missing.");

    static final Setting<String> LABEL = Setting.of(
            "label",
            SettingTypes.text(),
            "",
            "Name for people, such as m1. Empty: one is chosen when the cluster is created.");

    static final Setting<String> LISTEN_HOST = Setting.of(
            "listen-host",
            SettingTypes.text(),
            "127.0.0.1",
            "Address to listen on. There is no TLS yet: keep to networks you trust.");

    static final Setting<String> ADVERTISE_HOST = Setting.of(
            "advertise-host",
            SettingTypes.text(),
            "",
            "Host under which servers, clients and other managers reach this one; fixed once the cluster exists. Empty: as"
                    + " listen-host.");

    static final Setting<Integer> BASE_PORT = Setting.of(
            "base-port",
            SettingTypes.integer(0, 65_533),
            8_400,
            "First port: +0 clients and operators, +1 servers, +2 Raft. 0: any free ports, written to run.json.");

    static final Setting<Duration> TICK = Setting.of(
                    "liveness.tick",
                    SettingTypes.duration(Duration.ofMillis(10), Duration.ofSeconds(10)),
                    Duration.ofMillis(500),
                    "How often the leader looks at who is silent. A tick counts twice its length at most, so that the leader"
                            + " accuses nobody of its own sleep.")
            .withEffects("work without effect", "silence is noticed late");

    static final Setting<Duration> SUSPECT_AFTER = Setting.of(
                    "suspect-after",
                    SettingTypes.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
                    Duration.ofSeconds(3),
                    "A server silent for so long is shown as SUSPECT; nothing is done about it yet.")
            .withEffects("every pause of a garbage collector shows", "people learn late");

    static final Setting<Duration> DOWN_AFTER = Setting.of(
                    "down-after",
                    SettingTypes.duration(Duration.ofMillis(200), Duration.ofHours(24)),
                    Duration.ofSeconds(60),
                    "A server silent for so long is declared DOWN. If more than a third fall silent at once, not before ten"
                            + " times as long.")
            .withEffects(
                    "a restart costs a copy of all the server's data",
                    "shards have a replica less for long after a crash");

    static final Setting<Duration> ELECTION_TIMEOUT_MIN = Setting.of(
                    "raft.election-timeout-min",
                    SettingTypes.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
                    Duration.ofMillis(500),
                    "A manager that hears no leader for so long may call an election; the time is drawn between min and max.")
            .withEffects("false elections under load or garbage collection", "longer gaps when the leader dies");

    static final Setting<Duration> ELECTION_TIMEOUT_MAX = Setting.of(
                    "raft.election-timeout-max",
                    SettingTypes.duration(Duration.ofMillis(200), Duration.ofMinutes(2)),
                    Duration.ofMillis(1_000),
                    "Upper bound of the election timeout; above the lower one.")
            .withEffects("split votes", "longer gaps when the leader dies");

    static final Setting<ByteSize> FREE_SPACE_MIN = Setting.of(
                    "disk.free-space-min",
                    SettingTypes.size(ByteSize.ofBytes(0), ByteSize.ofMebibytes(1 << 20)),
                    ByteSize.ofMebibytes(64),
                    "The manager's log is not opened with less free disk space than this.")
            .withEffects(
                    "the disk fills up while the manager runs", "the manager does not start although there is room");

    static final Setting<Duration> STOP_TIMEOUT = Setting.of(
                    "stop-timeout",
                    SettingTypes.duration(Duration.ofMillis(1), Duration.ofMinutes(5)),
                    Duration.ofSeconds(3),
                    "How long handing leadership away may take when the process stops in good order.")
            .withEffects("the others wait for an election", "the stop takes long when no other manager can lead");

    static final Setting<Integer> EVENT_LOOP_THREADS = Setting.of(
                    "event-loop-threads",
                    SettingTypes.integer(1, 64),
                    1,
                    "Threads for all connections. More only where one is saturated.")
            .withUnit("threads");

    private static final Settings ALL = Settings.of(
            DATA,
            LABEL,
            LISTEN_HOST,
            ADVERTISE_HOST,
            BASE_PORT,
            TICK,
            SUSPECT_AFTER,
            DOWN_AFTER,
            ELECTION_TIMEOUT_MIN,
            ELECTION_TIMEOUT_MAX,
            FREE_SPACE_MIN,
            STOP_TIMEOUT,
            EVENT_LOOP_THREADS);

    private ManagerSettings() {}

    /** All settings, in the order of the configuration file. */
    public static Settings all() {
        return ALL;
    }

    /**
     * What the values mean for a process.
     *
     * @throws RingKvException {@code INVALID_CONFIG_VALUE} if two of them contradict each other
     */
    static ManagerConfig configOf(Config config) {
        int base = config.get(BASE_PORT);
        String listen = config.get(LISTEN_HOST);
        String advertise = config.get(ADVERTISE_HOST);
        return new ManagerConfig(
                config.get(DATA),
                config.get(LABEL),
                listen,
                advertise.isEmpty() ? listen : advertise,
                base,
                base == 0 ? 0 : base + 1,
                base == 0 ? 0 : base + 2,
                liveness(config),
                (int) config.get(ELECTION_TIMEOUT_MIN).toMillis(),
                (int) config.get(ELECTION_TIMEOUT_MAX).toMillis(),
                config.get(FREE_SPACE_MIN).bytes(),
                config.get(EVENT_LOOP_THREADS),
                config.get(STOP_TIMEOUT).toMillis());
    }

    private static LivenessLimits liveness(Config config) {
        try {
            return new LivenessLimits(
                    config.get(TICK).toMillis(),
                    config.get(SUSPECT_AFTER).toMillis(),
                    config.get(DOWN_AFTER).toMillis());
        } catch (IllegalArgumentException e) {
            throw RingKvException.builder(ErrorCode.INVALID_CONFIG_VALUE)
                    .sentence("liveness.tick, suspect-after and down-after contradict each other")
                    .cause(e)
                    .advice("Each must be longer than the one before")
                    .build();
        }
    }
}
