package io.ringkv.testing.cluster;

import io.ringkv.client.ClientOptions;
import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.config.Config;
import io.ringkv.common.config.ConfigLoader;
import io.ringkv.common.error.RingKvException;
import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.main.ManagerConfig;
import io.ringkv.manager.main.ManagerProcess;
import io.ringkv.raft.DurableFiles;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.ShardStatus;
import io.ringkv.server.main.ServerConfig;
import io.ringkv.server.main.ServerProcess;
import io.ringkv.server.main.ServerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster, managers and servers, in this JVM: the real thing on loopback ports, with its files in a directory.
 *
 * <pre>{@code
 * try (EmbeddedCluster cluster = EmbeddedCluster.start(3)) {
 *     BlockingRingKvClient client = cluster.client().blocking();
 *     client.put(Bytes.utf8("hello"), Bytes.utf8("world"));
 *     cluster.kill("s1");
 *     cluster.restart("s1");
 * }
 * }</pre>
 *
 * <p>Members are named m1, m2, ... and s1, s2, ...; their ports are chosen by the system and kept over restarts.
 *
 * <p>Threading: for one thread at a time; the client is for any number.
 */
public final class EmbeddedCluster implements AutoCloseable {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
    /** Large clusters on small machines take longer. */
    private static final Duration READY_TIMEOUT_PER_SERVER = Duration.ofSeconds(2);

    private static final long POLL_MILLIS = 5;

    private final EmbeddedClusterOptions options;
    private final Path directory;
    private final Map<String, ManagerProcess> managers = new LinkedHashMap<>();
    private final Map<String, ServerProcess> servers = new LinkedHashMap<>();
    private @Nullable RingKvClient client;
    private String managerAddresses = "";

    private EmbeddedCluster(EmbeddedClusterOptions options, Path directory) {
        this.options = options;
        this.directory = directory;
    }

    /** Starts a cluster of three managers and so many servers in a temporary directory, and waits until it is ready. */
    public static EmbeddedCluster start(int servers) {
        return start(EmbeddedClusterOptions.ofServers(servers));
    }

    /**
     * Starts a cluster and waits until it is ready. In a directory that holds one already, that one is started again.
     *
     * @throws IllegalStateException if it is not ready within a minute and two seconds per server, saying what is missing
     */
    public static EmbeddedCluster start(EmbeddedClusterOptions options) {
        EmbeddedCluster cluster = new EmbeddedCluster(options, directoryOf(options));
        try {
            cluster.startAll();
            cluster.awaitReady(READY_TIMEOUT.plus(READY_TIMEOUT_PER_SERVER.multipliedBy(options.servers())));
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private static Path directoryOf(EmbeddedClusterOptions options) {
        Path given = options.directory();
        try {
            return given != null ? Files.createDirectories(given) : Files.createTempDirectory("ringkv-cluster-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void startAll() {
        startTogether(managers, "m", options.managers(), this::startManager);
        managerAddresses = String.join(
                ",",
                managers.values().stream()
                        .map(manager -> manager.self().clientAddress())
                        .toList());
        Founding.run(managerAddresses, options, READY_TIMEOUT);
        startTogether(servers, "s", options.servers(), this::startServer);
    }

    /** Members start at the same time: each spends most of its start waiting. */
    private static <T> void startTogether(
            Map<String, T> members, String prefix, int count, java.util.function.Function<String, T> start) {
        Map<String, CompletableFuture<T>> starting = new LinkedHashMap<>();
        for (int number = 1; number <= count; number++) {
            String name = prefix + number;
            starting.put(name, CompletableFuture.supplyAsync(() -> start.apply(name)));
        }
        RuntimeException failure = null;
        for (Map.Entry<String, CompletableFuture<T>> member : starting.entrySet()) {
            try {
                members.put(member.getKey(), member.getValue().join());
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private ManagerProcess startManager(String name) {
        return ManagerProcess.start(ManagerConfig.local(directory.resolve(name))
                .withLabel(name)
                .withLiveness(new LivenessLimits(500, 3_000, options.downAfter().toMillis()))
                .withElectionTimeoutMillis(options.electionTimeoutMinMillis(), options.electionTimeoutMaxMillis()));
    }

    private ServerProcess startServer(String name) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("data", directory.resolve(name).toString());
        settings.put("label", name);
        settings.put("base-port", "0");
        settings.put("join", managerAddresses);
        settings.put("raft.election-timeout-min", options.electionTimeoutMinMillis() + "ms");
        settings.put("raft.election-timeout-max", options.electionTimeoutMaxMillis() + "ms");
        settings.putAll(options.serverSettings());
        Config config = new ConfigLoader(ServerSettings.all()).flags(settings).load();
        return ServerProcess.start(ServerConfig.of(config));
    }

    /** Addresses for clients: those of all running servers, then those of all managers. */
    public String endpoints() {
        List<String> addresses = new ArrayList<>();
        servers.values().forEach(server -> addresses.add(server.addresses().client()));
        addresses.add(managerAddresses);
        return String.join(",", addresses);
    }

    /** A client that lives as long as the cluster. */
    public RingKvClient client() {
        RingKvClient existing = client;
        if (existing == null) {
            existing = newClient();
            client = existing;
        }
        return existing;
    }

    /** Another client; the caller closes it. */
    public RingKvClient newClient() {
        return RingKvClient.connect(ClientOptions.of(endpoints()));
    }

    /** A running server by its name. */
    public ServerProcess server(String name) {
        return running(servers, name);
    }

    /** A running manager by its name. */
    public ManagerProcess manager(String name) {
        return running(managers, name);
    }

    /** Names of the servers that run. */
    public List<String> runningServers() {
        return List.copyOf(servers.keySet());
    }

    /** Names of the managers that run. */
    public List<String> runningManagers() {
        return List.copyOf(managers.keySet());
    }

    /** Name of the manager that leads, or null while none does. */
    public @Nullable String managerLeader() {
        return managers.entrySet().stream()
                .filter(member -> member.getValue().isLeader())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /** Stops a member as if its process had been killed. */
    public void kill(String name) {
        if (name.startsWith("m")) {
            manager(name).closeNow();
            managers.remove(name);
        } else {
            server(name).closeAbruptly();
            servers.remove(name);
        }
    }

    /** Stops a member in good order. */
    public void stop(String name) {
        if (name.startsWith("m")) {
            manager(name).close();
            managers.remove(name);
        } else {
            server(name).close();
            servers.remove(name);
        }
    }

    /** Starts a member that was killed or stopped, or a new server that joins. */
    public void restart(String name) {
        if (name.startsWith("m")) {
            managers.put(name, startManager(name));
        } else {
            servers.put(name, startServer(name));
        }
    }

    /**
     * Waits until a manager leads, all servers that run are ACTIVE, and every shard has its leader and all its replicas.
     *
     * @throws IllegalStateException when time is over, saying what is missing
     */
    public void awaitReady(Duration timeout) {
        await(timeout, () -> problem() == null, () -> String.valueOf(problem()));
    }

    /** Waits for anything; {@code missing} says what was waited for when time is over. */
    public static void await(Duration timeout, BooleanSupplier condition, Supplier<String> missing) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("after " + timeout.toSeconds() + " s: " + missing.get());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting", e);
            }
        }
    }

    /** What keeps the cluster from being ready; null when nothing does. */
    private @Nullable String problem() {
        try {
            ClusterStatus status =
                    client().blocking().status(ReadOptions.defaults().withTimeout(Duration.ofSeconds(2)));
            if (!status.getComplete()) {
                return "no manager leads";
            }
            if (!status.getPlaced()) {
                return "the shards are not placed; servers: " + status.getServersCount();
            }
            for (ShardStatus shard : status.getShardsList()) {
                if (shard.getLeader() == 0
                        || shard.getHealthyReplicas() < shard.getRecord().getReplicasCount()) {
                    return "shard " + shard.getRecord().getShard() + " has "
                            + (shard.getLeader() == 0 ? "no" : "a") + " leader and " + shard.getHealthyReplicas()
                            + " healthy replicas";
                }
            }
            return null;
        } catch (RingKvException e) {
            return e.getMessage();
        }
    }

    private static <T> T running(Map<String, T> members, String name) {
        T member = members.get(name);
        if (member == null) {
            throw new IllegalArgumentException(name + " does not run; running: " + members.keySet());
        }
        return member;
    }

    /** Stops everything at once, and deletes the directory if it was a temporary one. */
    @Override
    public void close() {
        RingKvClient open = client;
        if (open != null) {
            open.close();
        }
        stopTogether(servers.values().stream().<Runnable>map(server -> server::closeQuickly));
        stopTogether(managers.values().stream().<Runnable>map(manager -> manager::closeNow));
        if (options.directory() == null) {
            try {
                DurableFiles.deleteTree(directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void stopTogether(Stream<Runnable> stops) {
        List<CompletableFuture<Void>> stopping =
                stops.map(CompletableFuture::runAsync).toList();
        CompletableFuture.allOf(stopping.toArray(CompletableFuture[]::new)).join();
    }
}
