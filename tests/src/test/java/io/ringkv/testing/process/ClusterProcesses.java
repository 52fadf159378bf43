package io.ringkv.testing.process;

import io.ringkv.client.ClientOptions;
import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ShardStatus;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.testing.cluster.EmbeddedCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Three servers and three managers as processes of their own, started and broken by {@code scripts/cluster} as a person
 * would. Used by one thread.
 */
final class ClusterProcesses implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Path SCRIPT =
            Path.of("../scripts/cluster").toAbsolutePath().normalize();
    static final Path LAUNCHER =
            Path.of(Objects.requireNonNull(System.getenv("RINGKV_HOME"), "RINGKV_HOME"), "bin", "ringkv");

    /** Small and quickly warm: they share two cores with the test. */
    private static final Map<String, String> ENVIRONMENT =
            Map.of("RINGKV_HEAP", "192m", "RINGKV_JAVA_OPTS", "-XX:TieredStopAtLevel=1");

    private static final int LOWEST_PORT = 20_000;
    private static final int HIGHEST_PORT = 30_000;
    private static final int PORT_STEP = 50;
    private static final int MANAGERS_OFFSET = 1_000;
    private static final int PORTS_PER_KIND = 40;

    private final Path root;
    private final Path directory;
    private final int basePort;
    /** When the tests are broken off, nothing may be left behind. */
    private final Thread atExit = new Thread(this::killAll);

    private ClusterProcesses(Path root, int basePort) {
        this.root = root;
        this.directory = root.resolve("cluster");
        this.basePort = basePort;
    }

    /** Starts a cluster below the directory and waits until it is ready. */
    static ClusterProcesses start(Path root) {
        ClusterProcesses cluster = new ClusterProcesses(root, freePorts());
        Runtime.getRuntime().addShutdownHook(cluster.atExit);
        try {
            cluster.up();
            return cluster;
        } catch (AssertionError e) {
            cluster.close();
            throw e;
        }
    }

    /** Starts whatever does not run, and waits until all is well. */
    void up() {
        script("up", "--servers", "3", "--managers", "3", "--base-port", Integer.toString(basePort));
    }

    /** {@code kill -9}, and waits until they are gone. */
    void kill(String... ids) {
        script("kill", ids);
    }

    /** SIGTERM, and waits until it has ended. */
    void stop(String id) {
        script("stop", id);
    }

    /** Starts processes that do not run; returns before they serve. */
    void start(String... ids) {
        script("start", ids);
    }

    /** SIGSTOP. */
    void pause(String... ids) {
        script("pause", ids);
    }

    /** SIGCONT. */
    void resume(String... ids) {
        script("resume", ids);
    }

    private void script(String command, String... arguments) {
        List<String> words = new ArrayList<>(List.of(SCRIPT.toString(), command, "--dir", directory.toString()));
        words.addAll(List.of(arguments));
        try (CommandRun run = CommandRun.start(root, ENVIRONMENT, words)) {
            if (run.exitCode() != 0) {
                throw new AssertionError(words + " ended with " + run.exitCode() + "\n" + run.said());
            }
        }
    }

    /** Starts a command of the command line against this cluster. */
    CommandRun ringkv(String... arguments) {
        List<String> words = new ArrayList<>(List.of(LAUNCHER.toString()));
        words.addAll(List.of(arguments));
        words.addAll(List.of("--endpoints", endpoints()));
        return CommandRun.start(root, Map.of(), words);
    }

    /** All ports of the first server and of the first manager. */
    List<HostPort> portsOfFirst() {
        return Stream.of(basePort, basePort + MANAGERS_OFFSET)
                .flatMap(base -> Stream.of(base, base + 1, base + 2))
                .map(port -> new HostPort("127.0.0.1", port))
                .toList();
    }

    /** All that a process has logged. */
    String log(String id) {
        return CommandRun.read(directory.resolve(id).resolve("log"));
    }

    /** How much all processes together have logged. */
    long logBytes() {
        return Stream.of("s1", "s2", "s3", "m1", "m2", "m3")
                .mapToLong(id -> directory.resolve(id).resolve("log").toFile().length())
                .sum();
    }

    String endpoints() {
        return addresses(basePort) + "," + managers();
    }

    private String managers() {
        return addresses(basePort + MANAGERS_OFFSET);
    }

    private static String addresses(int base) {
        return String.join(
                ",",
                Stream.of(0, 10, 20)
                        .map(offset -> "127.0.0.1:" + (base + offset))
                        .toList());
    }

    RingKvClient newClient() {
        return RingKvClient.connect(ClientOptions.of(endpoints()));
    }

    /** Waits until every shard has a leader and all its replicas. */
    static void awaitReady(RingKvClient client) {
        EmbeddedCluster.await(PATIENCE, () -> problem(client) == null, () -> String.valueOf(problem(client)));
    }

    private static @Nullable String problem(RingKvClient client) {
        try {
            ClusterStatus status =
                    client.blocking().status(ReadOptions.defaults().withTimeout(Duration.ofSeconds(2)));
            if (!status.getComplete()) {
                return "no manager leads";
            }
            for (ShardStatus shard : status.getShardsList()) {
                if (shard.getLeader() == 0
                        || shard.getHealthyReplicas() < shard.getRecord().getReplicasCount()) {
                    return "a leader and all replicas of " + shard;
                }
            }
            return null;
        } catch (RingKvException e) {
            return e.getMessage();
        }
    }

    private static int freePorts() {
        // Not always the same ones, so that builds beside each other seldom try the same.
        int steps = (HIGHEST_PORT - LOWEST_PORT) / PORT_STEP;
        int first = (int) (ProcessHandle.current().pid() % steps);
        for (int i = 0; i < steps; i++) {
            int base = LOWEST_PORT + (first + i) % steps * PORT_STEP;
            if (areFree(base) && areFree(base + MANAGERS_OFFSET)) {
                return base;
            }
        }
        throw new AssertionError("no free ports from " + LOWEST_PORT + " to " + HIGHEST_PORT);
    }

    private static boolean areFree(int base) {
        for (int port = base; port < base + PORTS_PER_KIND; port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    /** Kills what runs; the files stay for whoever looks into a failure. */
    @Override
    public void close() {
        killAll();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private void killAll() {
        try (CommandRun run = CommandRun.start(
                root, ENVIRONMENT, List.of(SCRIPT.toString(), "kill", "all", "--dir", directory.toString()))) {
            // Those that are gone already make it fail, after it has killed the others.
            int unused = run.exitCode();
        }
    }
}
