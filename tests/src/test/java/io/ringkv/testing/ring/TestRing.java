package io.ringkv.testing.ring;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.ringkv.client.ClientOptions;
import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.BootstrapRequest;
import io.ringkv.rpc.CancelOperation;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterSettings;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.DrainServer;
import io.ringkv.rpc.HistoryEvent;
import io.ringkv.rpc.ManagerGrpc;
import io.ringkv.rpc.OperationStatus;
import io.ringkv.rpc.OperationsQuestion;
import io.ringkv.rpc.PauseOperations;
import io.ringkv.rpc.PlanNothing;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.RingHistoryQuestion;
import io.ringkv.rpc.ServerStatus;
import io.ringkv.rpc.ShardStatus;
import io.ringkv.rpc.support.Channels;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster that is there to be broken: three managers, each behind a {@link GateKeeper}, and some servers, on fixed ports of
 * the loopback interface. Used by one thread; clients by any.
 */
final class TestRing implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration CALL = Duration.ofSeconds(2);
    private static final Set<ErrorFamily> REFUSALS = EnumSet.of(
            ErrorFamily.INVALID_ARGUMENT, ErrorFamily.NOT_FOUND, ErrorFamily.CONDITION_FAILED, ErrorFamily.FORBIDDEN);
    private static final int MANAGERS = 3;
    private static final int MANAGERS_OFFSET = 1_000;
    private static final int LOWEST_PORT = 20_000;
    private static final int HIGHEST_PORT = 30_000;
    private static final int PORT_STEP = 100;
    private static final long POLL_NANOS = 25_000_000;
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private final Path root;
    private final Launcher launcher;
    private final RingShape shape;
    private final int basePort = freePorts();
    private final Gate gate = new Gate();
    private final EventLoops loops = EventLoops.start(1, "test-ring");
    private final List<GateKeeper> keepers = new ArrayList<>();
    private final Map<String, Launcher.Member> running = new TreeMap<>();
    private final Map<String, Long> ids = new TreeMap<>();
    /** Of servers that have not the ports of their number. */
    private final Map<String, Integer> ports = new TreeMap<>();
    /** When the tests are broken off, nothing may be left behind. */
    private final Thread atExit = new Thread(this::killAll);

    private @Nullable RingKvClient client;

    private TestRing(Path root, Launcher launcher, RingShape shape) {
        this.root = root;
        this.launcher = launcher;
        this.shape = shape;
    }

    /** Starts one, and waits until all its shards have their replicas. */
    static TestRing start(Path root, Launcher launcher, RingShape shape) {
        TestRing ring = new TestRing(root, launcher, shape);
        Runtime.getRuntime().addShutdownHook(ring.atExit);
        try {
            ring.startAll();
            return ring;
        } catch (RuntimeException | AssertionError e) {
            ring.close();
            throw e;
        }
    }

    private void startAll() {
        for (int number = 1; number <= MANAGERS; number++) {
            keepers.add(new GateKeeper(gate, managerPort(number), loops));
            start("m" + number);
        }
        await("the cluster to exist", this::bootstrap);
        for (int number = 1; number <= shape.servers(); number++) {
            start("s" + number);
        }
        var unused = awaitWhole();
        // Until then leaders move although nothing else does.
        await("the first leaders to be settled", () -> shardsWithSettledLeaders() == shape.shards());
    }

    private long shardsWithSettledLeaders() {
        return events().stream()
                .map(HistoryEvent::getText)
                .filter(text -> text.contains("first leaders settled"))
                .flatMap(text -> NUMBER.matcher(text).results())
                .count();
    }

    /** What happened to the cluster, oldest first. */
    List<HistoryEvent> events() {
        return ask(Question.newBuilder()
                        .setRingHistory(RingHistoryQuestion.newBuilder().setUnpublished(true))
                        .build())
                .getRingHistory()
                .getEventsList();
    }

    private boolean bootstrap() {
        BootstrapRequest.Builder request = BootstrapRequest.newBuilder()
                .setSettings(ClusterSettings.newBuilder()
                        .setExpectedServers(shape.servers())
                        .setShards(shape.shards())
                        .setReplicationFactor(shape.replicationFactor()));
        for (String address : managerAddresses().split(",", -1)) {
            request.addManagerAddresses(address);
        }
        ManagedChannel channel = Channels.open(new HostPort(GateKeeper.REAL, managerPort(1)), loops, loops.group());
        try {
            var unused = ManagerGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(CALL.toMillis(), TimeUnit.MILLISECONDS)
                    .bootstrap(request.build());
            return true;
        } catch (StatusRuntimeException e) {
            return false;
        } finally {
            channel.shutdownNow();
        }
    }

    private int serverPort(int number) {
        return basePort + 10 * (number - 1);
    }

    private int portOf(String name) {
        int number = Integer.parseInt(name.substring(1));
        return name.startsWith("m")
                ? managerPort(number)
                : Objects.requireNonNull(ports.getOrDefault(name, serverPort(number)));
    }

    /** Starts a server with an empty disk under the addresses of one that does not run. */
    void startInPlaceOf(String former, String name) {
        ports.put(name, portOf(former));
        start(name);
    }

    private int managerPort(int number) {
        return basePort + MANAGERS_OFFSET + 10 * (number - 1);
    }

    private String managerAddresses() {
        return IntStream.rangeClosed(1, MANAGERS)
                .mapToObj(number -> GateKeeper.ADVERTISED + ":" + managerPort(number))
                .collect(Collectors.joining(","));
    }

    /** Starts members that do not run; may return before they serve. */
    void start(String... names) {
        for (String name : names) {
            running.put(name, launcher.launch(name, root.resolve(name + ".log"), settingsOf(name)));
            Long id = ids.get(name);
            if (id != null) {
                gate.lives(id);
            }
        }
    }

    private Map<String, String> settingsOf(String name) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("data", data(name).toString());
        settings.put("label", name);
        settings.put("base-port", Integer.toString(portOf(name)));
        settings.put("raft.election-timeout-min", "400ms");
        settings.put("raft.election-timeout-max", "800ms");
        if (name.startsWith("m")) {
            settings.put("listen-host", GateKeeper.REAL);
            settings.put("advertise-host", GateKeeper.ADVERTISED);
            settings.put("liveness.tick", "100ms");
            settings.put("suspect-after", "1500ms");
            settings.put("down-after", shape.downAfter().toMillis() + "ms");
            settings.putAll(shape.managerSettings());
        } else {
            settings.put("join", managerAddresses());
            settings.put("manager.heartbeat", "100ms");
        }
        return settings;
    }

    /** {@code kill -9}, as far as the launcher can. */
    void kill(String... names) {
        for (String name : names) {
            Long id = ids.get(name);
            if (id != null) {
                gate.died(id);
            }
            Launcher.Member member = running.remove(name);
            if (member == null) {
                throw new IllegalArgumentException(name + " does not run; running: " + running.keySet());
            }
            member.kill();
        }
    }

    /** Names of those that were started and not killed. */
    List<String> running() {
        return List.copyOf(running.keySet());
    }

    /** Where a member keeps everything. */
    Path data(String name) {
        return root.resolve(name);
    }

    Gate gate() {
        return gate;
    }

    /** A client that lives as long as the ring. */
    RingKvClient client() {
        RingKvClient existing = client;
        if (existing == null) {
            existing = newClient();
            client = existing;
        }
        return existing;
    }

    /** Another client; the caller closes it. */
    RingKvClient newClient() {
        String servers = IntStream.rangeClosed(1, shape.servers())
                .mapToObj(number -> GateKeeper.REAL + ":" + serverPort(number))
                .collect(Collectors.joining(","));
        return RingKvClient.connect(ClientOptions.of(servers));
    }

    /** What the leading manager knows; null if none answers. */
    @Nullable
    ClusterStatus status() {
        try {
            ClusterStatus status =
                    client().blocking().status(ReadOptions.defaults().withTimeout(CALL));
            if (!status.getComplete()) {
                return null;
            }
            for (ServerStatus server : status.getServersList()) {
                ids.put(server.getServer().getLabel(), server.getServer().getServerId());
            }
            return status;
        } catch (RingKvException e) {
            return null;
        }
    }

    /** Waits until the status is as wanted. */
    ClusterStatus awaitStatus(String what, Predicate<ClusterStatus> condition) {
        ClusterStatus[] last = {ClusterStatus.getDefaultInstance()};
        await(
                PATIENCE,
                () -> {
                    ClusterStatus status = status();
                    if (status != null) {
                        last[0] = status;
                    }
                    return status != null && condition.test(status);
                },
                () -> what + "; last seen: " + last[0]);
        return last[0];
    }

    /** Waits until all that run are heard, all shards have all replicas and a leader, and nothing is under way. */
    ClusterStatus awaitWhole() {
        return awaitStatus("the ring to be whole", this::isWhole);
    }

    /** Waits until it is whole and the manager has nothing left to do. */
    ClusterStatus awaitSettled() {
        Question nothing = Question.newBuilder()
                .setPlan(PlanQuestion.newBuilder().setNothing(PlanNothing.getDefaultInstance()))
                .build();
        await("nothing to be left to do", () -> {
            ClusterStatus unused = awaitWhole();
            return ask(nothing).getPlan().getStepsTotal() == 0;
        });
        return awaitWhole();
    }

    private boolean isWhole(ClusterStatus status) {
        return status.getPlaced()
                && status.getOperationsCount() == 0
                && isHeardByAll(status)
                && status.getShardsList().stream()
                        .allMatch(shard -> shard.getLeader() != 0
                                && shard.getRecord().getReplicasCount() == status.getReplicationFactor()
                                && shard.getHealthyReplicas() == status.getReplicationFactor());
    }

    /** Whether a manager leads, all managers that run are reached, and all servers that run are heard. */
    boolean isHeardByAll(ClusterStatus status) {
        long managers = status.getManagersList().stream()
                .filter(manager -> manager.getReachable())
                .count();
        return managers
                        == running.keySet().stream()
                                .filter(name -> name.startsWith("m"))
                                .count()
                && running.keySet().stream()
                        .filter(name -> name.startsWith("s"))
                        .allMatch(name -> status.getServersList().stream()
                                .anyMatch(
                                        server -> server.getServer().getLabel().equals(name)
                                                && server.hasHeartbeatAgeMillis()
                                                && server.getHeartbeatAgeMillis() < 1_000
                                                && gate.isHeard(
                                                        server.getServer().getServerId())));
    }

    /** The server's id. */
    long id(String label) {
        Long id = ids.get(label);
        if (id == null) {
            throw new IllegalArgumentException("no server " + label + "; known: " + ids);
        }
        return id;
    }

    /** The server's label. */
    String label(long id) {
        return ids.entrySet().stream()
                .filter(entry -> entry.getValue() == id)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no server of id " + id + "; known: " + ids));
    }

    /** The manager that leads. */
    String managerLeader() {
        ClusterStatus status = awaitStatus("a manager that leads", any -> true);
        return status.getManagersList().stream()
                .filter(manager -> manager.getLeader())
                .map(manager -> manager.getManager().getLabel())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no leader among " + status.getManagersList()));
    }

    /** Labels of the shard's replicas, as published. */
    List<String> replicas(ClusterStatus status, int shard) {
        return shard(status, shard).getRecord().getReplicasList().stream()
                .map(replica -> label(replica.getServerId()))
                .sorted()
                .toList();
    }

    static ShardStatus shard(ClusterStatus status, int shard) {
        return status.getShardsList().stream()
                .filter(each -> each.getRecord().getShard() == shard)
                .findFirst()
                .orElseThrow();
    }

    /** Changes the cluster, as an operator would; asks again while no manager leads. */
    ChangeReply change(ChangeRequest request) {
        ChangeReply[] reply = new ChangeReply[1];
        await("a manager to make " + request, () -> {
            try {
                reply[0] = client().admin().change(request, CALL).join();
                return true;
            } catch (CompletionException e) {
                return passOver(e);
            }
        });
        return reply[0];
    }

    /** Asks the manager; again while none leads. */
    Answer ask(Question question) {
        Answer[] answer = new Answer[1];
        await("a manager to answer " + question, () -> {
            try {
                answer[0] = client().admin().ask(question, CALL).join();
                return true;
            } catch (CompletionException e) {
                return passOver(e);
            }
        });
        return answer[0];
    }

    private static boolean passOver(CompletionException e) {
        if (e.getCause() instanceof RingKvException failure && !REFUSALS.contains(failure.family())) {
            return false;
        }
        throw e;
    }

    /** Empties a server, or keeps it after all. */
    void drain(String server, boolean on) {
        var unused = change(ChangeRequest.newBuilder()
                .setDrainServer(DrainServer.newBuilder().setServer(server).setOn(on))
                .build());
    }

    void pause(boolean paused) {
        var unused = change(ChangeRequest.newBuilder()
                .setPauseOperations(PauseOperations.newBuilder().setPaused(paused))
                .build());
    }

    void cancel(long operation) {
        var unused = change(ChangeRequest.newBuilder()
                .setCancelOperation(CancelOperation.newBuilder().setNumber(operation))
                .build());
    }

    /** Operations that are kept, those under way first. */
    List<OperationStatus> operations() {
        return ask(Question.newBuilder()
                        .setOperations(OperationsQuestion.getDefaultInstance())
                        .build())
                .getOperations()
                .getOperationsList();
    }

    /** The operation as it is now. */
    OperationStatus operation(long number) {
        return operations().stream()
                .filter(operation -> operation.getNumber() == number)
                .findFirst()
                .orElseThrow(() -> new AssertionError("operation " + number + " is not known"));
    }

    static boolean isOver(OperationStatus operation) {
        return List.of("DONE", "FAILED", "CANCELLED").contains(operation.getStatus());
    }

    static void await(String what, BooleanSupplier condition) {
        await(PATIENCE, condition, () -> what);
    }

    static void await(Duration time, BooleanSupplier condition, Supplier<String> missing) {
        long deadline = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("after " + time.toSeconds() + " s: " + missing.get());
            }
            // Most conditions ask a manager, which shares the processor with all else.
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static int freePorts() {
        // Not always the same ones, so that builds beside each other seldom try the same.
        int steps = (HIGHEST_PORT - LOWEST_PORT) / PORT_STEP;
        int first = (int) (ProcessHandle.current().pid() % steps);
        for (int i = 0; i < steps; i++) {
            int base = LOWEST_PORT + (first + i) % steps * PORT_STEP;
            if (areFree(GateKeeper.REAL, base)
                    && areFree(GateKeeper.REAL, base + MANAGERS_OFFSET)
                    && areFree(GateKeeper.ADVERTISED, base + MANAGERS_OFFSET)) {
                return base;
            }
        }
        throw new AssertionError("no free ports from " + LOWEST_PORT + " to " + HIGHEST_PORT);
    }

    private static boolean areFree(String host, int base) {
        for (int port = base; port < base + PORT_STEP; port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(host, port));
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    /** Whether a member has ended by itself. */
    boolean isOver(String name) {
        Launcher.Member member = running.get(name);
        return member == null || member.isOver();
    }

    /** Kills what runs; the files stay for whoever looks into a failure. */
    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        killAll();
        Runtime.getRuntime().removeShutdownHook(atExit);
        keepers.forEach(GateKeeper::close);
        loops.close();
    }

    private void killAll() {
        running.values().parallelStream().forEach(Launcher.Member::kill);
        running.clear();
    }
}
