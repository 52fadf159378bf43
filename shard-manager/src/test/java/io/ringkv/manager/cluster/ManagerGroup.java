package io.ringkv.manager.cluster;

import io.ringkv.manager.liveness.LivenessLimits;
import io.ringkv.manager.main.ManagerConfig;
import io.ringkv.manager.main.ManagerProcess;
import io.ringkv.manager.roster.RosterLimits;
import io.ringkv.rpc.AdminGrpc;
import io.ringkv.rpc.BootstrapReply;
import io.ringkv.rpc.BootstrapRequest;
import io.ringkv.rpc.ClusterGrpc;
import io.ringkv.rpc.ClusterSettings;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.GetStatusRequest;
import io.ringkv.rpc.ManagerGrpc;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Managers in one JVM, with verbs to bootstrap, kill and restart them. Each keeps its ports. */
final class ManagerGroup implements AutoCloseable {

    private static final LivenessLimits LIVENESS = new LivenessLimits(100, 800, 3_000);

    private final Path directory;
    private final int founders;
    private final EventLoops loops = EventLoops.start(1, "test-loop");
    private final ChannelCache channels = new ChannelCache(loops, 32);
    private final List<@Nullable ManagerProcess> processes = new ArrayList<>();
    private final List<String> clientAddresses = new ArrayList<>();

    ManagerGroup(Path directory, int managers) {
        this.directory = directory;
        this.founders = managers;
        for (int i = 0; i < managers; i++) {
            processes.add(null);
            clientAddresses.add("");
            start(i);
        }
    }

    void start(int index) {
        ManagerConfig config = config(index);
        if (!clientAddresses.get(index).isEmpty()) {
            // A manager that is not in a cluster yet does not remember its ports.
            config = config.withPorts(HostPort.parse(clientAddresses.get(index)).port(), 0, 0);
        }
        run(index, config);
    }

    private void run(int index, ManagerConfig config) {
        ManagerProcess process = ManagerProcess.start(config);
        processes.set(index, process);
        clientAddresses.set(index, process.self().clientAddress());
    }

    ManagerConfig config(int index) {
        ManagerConfig config = ManagerConfig.local(directory(index))
                .withLiveness(LIVENESS)
                .withMembers(RosterLimits.USUAL.withReplaceAfterMillis(1_500).withChangeMillis(15_000))
                .withElectionTimeoutMillis(300, 600);
        return index < founders ? config : config.withJoin(joinAddresses());
    }

    Path directory(int index) {
        return directory.resolve("m" + (index + 1));
    }

    private List<HostPort> joinAddresses() {
        return clientAddresses.subList(0, founders).stream()
                .map(HostPort::parse)
                .toList();
    }

    /** Starts one more, that stands by; gives its index. */
    int startStandby() {
        processes.add(null);
        clientAddresses.add("");
        start(processes.size() - 1);
        return processes.size() - 1;
    }

    /** Starts one that knows no other managers than those it finds in its directory, or is given. */
    void startAgainToStandBy(int index) {
        List<HostPort> others = clientAddresses.stream()
                .filter(address -> !address.equals(clientAddresses.get(index)))
                .map(HostPort::parse)
                .toList();
        run(index, config(index).withJoin(others));
    }

    /** Starts one more, that waits to be added; gives its index. */
    int startBlank() {
        processes.add(null);
        clientAddresses.add("");
        int index = processes.size() - 1;
        run(index, ManagerConfig.local(directory(index)).withLiveness(LIVENESS).withElectionTimeoutMillis(300, 600));
        return index;
    }

    void kill(int index) {
        process(index).closeNow();
        processes.set(index, null);
    }

    void stop(int index) {
        process(index).close();
        processes.set(index, null);
    }

    ManagerProcess process(int index) {
        return Objects.requireNonNull(processes.get(index), "manager is not running");
    }

    boolean isRunning(int index) {
        return processes.get(index) != null;
    }

    int size() {
        return processes.size();
    }

    /** Index of the manager that leads, once one does. */
    int awaitLeader() {
        Await.until("a manager leads", () -> leader() >= 0);
        return leader();
    }

    int leader() {
        for (int i = 0; i < processes.size(); i++) {
            ManagerProcess process = processes.get(i);
            if (process != null && process.isLeader()) {
                return i;
            }
        }
        return -1;
    }

    List<String> addresses() {
        return List.copyOf(clientAddresses);
    }

    String peerAddress(int index) {
        return process(index).self().peerAddress();
    }

    BootstrapReply bootstrap(int asked, int servers, int shards) {
        return bootstrap(asked, addresses(), servers, shards);
    }

    BootstrapReply bootstrap(int asked, List<String> members, int servers, int shards) {
        return ManagerGrpc.newBlockingStub(channels.to(HostPort.parse(clientAddresses.get(asked))))
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .bootstrap(BootstrapRequest.newBuilder()
                        .addAllManagerAddresses(members)
                        .setSettings(ClusterSettings.newBuilder()
                                .setExpectedServers(servers)
                                .setShards(shards))
                        .build());
    }

    AdminGrpc.AdminBlockingStub admin(int asked) {
        return AdminGrpc.newBlockingStub(channels.to(HostPort.parse(clientAddresses.get(asked))))
                .withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    ClusterStatus status(int asked) {
        return cluster(asked).withDeadlineAfter(5, TimeUnit.SECONDS).getStatus(GetStatusRequest.getDefaultInstance());
    }

    ClusterGrpc.ClusterBlockingStub cluster(int asked) {
        return ClusterGrpc.newBlockingStub(channels.to(HostPort.parse(clientAddresses.get(asked))));
    }

    ChannelCache channels() {
        return channels;
    }

    @Override
    public void close() {
        channels.close();
        for (ManagerProcess process : processes) {
            if (process != null) {
                process.closeNow();
            }
        }
        loops.close();
    }
}
