package io.ringkv.process;

import io.ringkv.common.config.Config;
import io.ringkv.common.config.Setting;
import io.ringkv.common.config.SettingTypes;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.time.Duration;
import java.util.Set;

/** Settings that every process has, with the same meaning and the same values, and what must hold between them. */
public final class ProcessSettings {

    /** Address to listen on. */
    public static final Setting<String> LISTEN_HOST = Setting.of(
            "listen-host",
            SettingTypes.text(),
            "127.0.0.1",
            "Address to listen on. There is no TLS yet: keep to networks you trust.");

    /** Lower bound of the election timeout. */
    public static final Setting<Duration> ELECTION_TIMEOUT_MIN = Setting.of(
                    "raft.election-timeout-min",
                    SettingTypes.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
                    Duration.ofMillis(500),
                    "A member of a Raft group that hears no leader for so long may call an election; the time is drawn"
                            + " between min and max.")
            .withEffects("false elections under load or garbage collection", "longer gaps when a leader dies");

    /** Upper bound of the election timeout. */
    public static final Setting<Duration> ELECTION_TIMEOUT_MAX = Setting.of(
                    "raft.election-timeout-max",
                    SettingTypes.duration(Duration.ofMillis(200), Duration.ofMinutes(2)),
                    Duration.ofMillis(1_000),
                    "Upper bound of the election timeout; above the lower one.")
            .withEffects("split votes", "longer gaps when a leader dies");

    /** Threads for connections. */
    public static final Setting<Integer> EVENT_LOOP_THREADS = Setting.of(
                    "event-loop-threads",
                    SettingTypes.integer(1, 64),
                    1,
                    "Threads for all connections. One coalesces best; more only where one is saturated.")
            .withUnit("threads");

    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

    private ProcessSettings() {}

    /**
     * Checks that one setting is above another.
     *
     * @throws RingKvException {@code INVALID_CONFIG_VALUE}
     */
    public static void checkOrder(Config config, Setting<Duration> smaller, Setting<Duration> larger) {
        if (config.get(larger).compareTo(config.get(smaller)) <= 0) {
            throw RingKvException.builder(ErrorCode.INVALID_CONFIG_VALUE)
                    .sentence(larger.key() + " is " + config.text(larger) + " (from " + config.origin(larger)
                            + "), and " + smaller.key() + " is " + config.text(smaller) + " (from "
                            + config.origin(smaller) + ")")
                    .advice("Set " + larger.key() + " above " + smaller.key())
                    .build();
        }
    }

    /**
     * Checks the host under which others are to reach a process: they cannot if it means all interfaces.
     *
     * @throws RingKvException {@code INVALID_CONFIG_VALUE}
     */
    public static void checkReachable(String kind, String host) {
        if (WILDCARDS.contains(host)) {
            throw RingKvException.builder(ErrorCode.INVALID_CONFIG_VALUE)
                    .sentence(
                            "The " + kind + " listens on all interfaces (" + host + "), and advertise-host is not set")
                    .advice("Set advertise-host to the host name under which others reach it")
                    .build();
        }
    }
}
