package io.ringkv.manager.main;

import io.ringkv.common.config.ByteSize;
import io.ringkv.common.config.Config;
import io.ringkv.common.config.Setting;
import io.ringkv.common.config.SettingTypes;
import io.ringkv.common.config.Settings;
import io.ringkv.manager.control.OperationSettings;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.operation.DriverLimits;
import io.ringkv.manager.placement.OperationLimits;
import io.ringkv.manager.roster.RosterLimits;
import io.ringkv.process.Ports;
import io.ringkv.process.ProcessSettings;
import io.ringkv.rpc.support.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

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

    static final Setting<List<String>> JOIN = Setting.of(
            "join",
            SettingTypes.listOf(SettingTypes.text()),
            List.of(),
            "Client addresses of any managers or servers of a cluster in which this manager shall stand by: it becomes a"
                    + " member when one is down or an operator adds it. Empty: it waits for cluster bootstrap.");

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

    static final Setting<Duration> REPLACE_AFTER = Setting.of(
                    "member.replace-after",
                    SettingTypes.duration(Duration.ofMillis(200), Duration.ofHours(24)),
                    Duration.ofMillis(RosterLimits.USUAL.replaceAfterMillis()),
                    "A member of the manager group that does not answer its leader for so long is DOWN, and a standby takes"
                            + " its place.")
            .withEffects("a restart costs a member its place", "the group survives a loss less for long after a crash");

    static final Setting<Duration> MEMBER_TIMEOUT = Setting.of(
                    "member.change-timeout",
                    SettingTypes.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
                    Duration.ofMillis(RosterLimits.USUAL.changeMillis()),
                    "A change of one member that takes longer is given up.")
            .withEffects("members are never added because of an election", "what hangs is noticed late");

    static final Setting<Integer> CHANGES_PER_SERVER = Setting.of(
                    "operation.per-server",
                    SettingTypes.integer(1, 100),
                    OperationLimits.USUAL.changesPerServer(),
                    "Most replicas that one server gives away or is given at a time.")
            .withUnit("replicas")
            .withEffects("repair and balance take long", "clients feel the copying");

    static final Setting<Integer> CHANGES_PER_CLUSTER = Setting.of(
                    "operation.per-cluster",
                    SettingTypes.integer(1, 1_000),
                    OperationLimits.USUAL.changesPerCluster(),
                    "Most shards whose replicas change at a time, altogether; more in a large cluster, see"
                            + " operation.servers-per-change.")
            .withUnit("shards")
            .withEffects("repair and balance take long", "the network is full of copies");

    static final Setting<Integer> TRANSFERS_PER_CLUSTER = Setting.of(
                    "operation.leader-transfers",
                    SettingTypes.integer(1, 1_000),
                    OperationLimits.USUAL.transfersPerCluster(),
                    "Most shards whose leader is moved at a time, altogether; more in a large cluster, see"
                            + " operation.servers-per-change.")
            .withUnit("shards")
            .withEffects("leaders are evened out slowly", "many shards pause for a moment at once");

    static final Setting<Integer> SERVERS_PER_CHANGE = Setting.of(
                    "operation.servers-per-change",
                    SettingTypes.integer(1, 100_000),
                    OperationLimits.USUAL.serversPerChange(),
                    "One shard may change at a time for each so many living servers, where that is more than"
                            + " operation.per-cluster or operation.leader-transfers say.")
            .withUnit("servers")
            .withEffects("the network is full of copies", "repair and balance take long in large clusters");

    static final Setting<Duration> ADD_TIMEOUT = Setting.of(
                    "operation.add-timeout",
                    SettingTypes.duration(Duration.ofSeconds(1), Duration.ofHours(24)),
                    Duration.ofMillis(DriverLimits.USUAL.addMillis()),
                    "A new replica must have all data of its shard after so long, or the operation is undone and tried"
                            + " again.")
            .withEffects("large shards are never copied", "a copy that hangs is noticed late");

    static final Setting<Duration> STEP_TIMEOUT = Setting.of(
                    "operation.step-timeout",
                    SettingTypes.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
                    Duration.ofMillis(DriverLimits.USUAL.stepMillis()),
                    "The same for every other step of an operation.")
            .withEffects("operations are undone because of an election", "what hangs is noticed late");

    static final Setting<Duration> RETRY_AFTER = Setting.of(
                    "operation.retry-after",
                    SettingTypes.duration(Duration.ofSeconds(1), Duration.ofHours(24)),
                    Duration.ofMillis(OperationSettings.USUAL.retryAfterMillis()),
                    "A shard on which an operation has failed is left alone for so long.")
            .withEffects("what cannot succeed is tried for ever", "repair waits");

    static final Setting<Duration> BALANCE_AFTER = Setting.of(
                    "operation.balance-after",
                    SettingTypes.duration(Duration.ofMillis(1), Duration.ofHours(24)),
                    Duration.ofMillis(OperationSettings.USUAL.calmMillis()),
                    "Replicas and leaders are evened out when no server has come, gone or started anew for so long. Repairs do"
                            + " not wait.")
            .withEffects("leaders move while servers are restarted in turn", "a new server stays empty for long");

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
            JOIN,
            LISTEN_HOST,
            ADVERTISE_HOST,
            BASE_PORT,
            TICK,
            SUSPECT_AFTER,
            DOWN_AFTER,
            REPLACE_AFTER,
            MEMBER_TIMEOUT,
            CHANGES_PER_SERVER,
            CHANGES_PER_CLUSTER,
            TRANSFERS_PER_CLUSTER,
            SERVERS_PER_CHANGE,
            ADD_TIMEOUT,
            STEP_TIMEOUT,
            RETRY_AFTER,
            BALANCE_AFTER,
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
    public static ManagerConfig configOf(Config config) {
        ProcessSettings.checkOrder(config, ELECTION_TIMEOUT_MIN, ELECTION_TIMEOUT_MAX);
        String listen = config.get(LISTEN_HOST);
        String advertise = config.get(ADVERTISE_HOST);
        return new ManagerConfig(
                config.get(DATA),
                config.get(LABEL),
                config.get(JOIN).stream().map(HostPort::parse).toList(),
                listen,
                advertise.isEmpty() ? listen : advertise,
                Ports.from(config.get(BASE_PORT)),
                liveness(config),
                operations(config),
                RosterLimits.USUAL
                        .withReplaceAfterMillis(config.get(REPLACE_AFTER).toMillis())
                        .withChangeMillis(config.get(MEMBER_TIMEOUT).toMillis()),
                (int) config.get(ELECTION_TIMEOUT_MIN).toMillis(),
                (int) config.get(ELECTION_TIMEOUT_MAX).toMillis(),
                config.get(FREE_SPACE_MIN).bytes(),
                config.get(EVENT_LOOP_THREADS),
                config.get(STOP_TIMEOUT).toMillis());
    }

    private static OperationSettings operations(Config config) {
        DriverLimits driver = DriverLimits.USUAL;
        return new OperationSettings(
                driver.withTimeouts(
                        config.get(STEP_TIMEOUT).toMillis(),
                        config.get(ADD_TIMEOUT).toMillis()),
                OperationLimits.USUAL.withCounts(
                        config.get(CHANGES_PER_SERVER),
                        config.get(CHANGES_PER_CLUSTER),
                        config.get(TRANSFERS_PER_CLUSTER),
                        config.get(SERVERS_PER_CHANGE)),
                OperationSettings.USUAL.lookMillis(),
                config.get(BALANCE_AFTER).toMillis(),
                config.get(RETRY_AFTER).toMillis());
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
