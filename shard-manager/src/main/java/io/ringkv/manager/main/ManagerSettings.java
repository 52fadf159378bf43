package io.ringkv.manager.main;

import io.ringkv.common.config.ByteSize;
import io.ringkv.common.config.Config;
import io.ringkv.common.config.Setting;
import io.ringkv.common.config.SettingTypes;
import io.ringkv.common.config.Settings;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.process.Ports;
import io.ringkv.process.ProcessSettings;
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

    static final Setting<String> LISTEN_HOST = ProcessSettings.LISTEN_HOST;

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

    static final Setting<Duration> ELECTION_TIMEOUT_MIN = ProcessSettings.ELECTION_TIMEOUT_MIN;

    static final Setting<Duration> ELECTION_TIMEOUT_MAX = ProcessSettings.ELECTION_TIMEOUT_MAX;

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

    static final Setting<Integer> EVENT_LOOP_THREADS = ProcessSettings.EVENT_LOOP_THREADS;

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
     * @throws io.ringkv.common.error.RingKvException {@code INVALID_CONFIG_VALUE} if two of them contradict each other
     */
    static ManagerConfig configOf(Config config) {
        ProcessSettings.checkOrder(config, ELECTION_TIMEOUT_MIN, ELECTION_TIMEOUT_MAX);
        String listen = config.get(LISTEN_HOST);
        String advertise = config.get(ADVERTISE_HOST);
        return new ManagerConfig(
                config.get(DATA),
                config.get(LABEL),
                listen,
                advertise.isEmpty() ? listen : advertise,
                Ports.from(config.get(BASE_PORT)),
                liveness(config),
                (int) config.get(ELECTION_TIMEOUT_MIN).toMillis(),
                (int) config.get(ELECTION_TIMEOUT_MAX).toMillis(),
                config.get(FREE_SPACE_MIN).bytes(),
                config.get(EVENT_LOOP_THREADS),
                config.get(STOP_TIMEOUT).toMillis());
    }

    private static LivenessLimits liveness(Config config) {
        ProcessSettings.checkOrder(config, TICK, SUSPECT_AFTER);
        ProcessSettings.checkOrder(config, SUSPECT_AFTER, DOWN_AFTER);
        return new LivenessLimits(
                config.get(TICK).toMillis(),
                config.get(SUSPECT_AFTER).toMillis(),
                config.get(DOWN_AFTER).toMillis());
    }
}
