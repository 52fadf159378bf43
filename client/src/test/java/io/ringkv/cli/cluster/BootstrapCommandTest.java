package io.ringkv.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import io.ringkv.cli.CommandRun;
import io.ringkv.cli.MemoryClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.BootstrapReply;
import io.ringkv.rpc.BootstrapRequest;
import io.ringkv.rpc.ManagerGrpc;
import io.ringkv.rpc.ManagerRecord;
import io.ringkv.rpc.support.Channels;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.FailureStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BootstrapCommandTest {

    private static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));

    private final EventLoops loops = EventLoops.start(1, "test-loop");
    private final FakeManager manager = new FakeManager();
    private Server server;
    private String address;

    @BeforeEach
    void listen() throws IOException {
        server = Channels.listener(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), loops)
                .addService(manager)
                .build()
                .start();
        address = "127.0.0.1:" + server.getPort();
    }

    @AfterEach
    void close() {
        server.shutdownNow();
        loops.close();
    }

    @Test
    void printsTheClusterAndSaysWhatWasMade() {
        CommandRun run = run("--servers", "5", "--shards", "10");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo(CLUSTER + "\n");
        assertThat(run.err()).contains("Created: 1 managers, 10 shards with 3 replicas, placed once 5 servers");
        assertThat(manager.requests.get(0).getManagerAddressesList()).containsExactly(address);
        assertThat(manager.requests.get(0).getSettings().getReplicationFactor())
                .as("left out")
                .isZero();
    }

    @Test
    void printsJson() {
        CommandRun run = run("-o", "json");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("\"schema\"")
                .contains("\"cluster\" : \"" + CLUSTER + "\"")
                .contains("\"created\" : true")
                .contains("\"clientAddress\" : \"127.0.0.1:1\"");
    }

    @Test
    void triesAgainWhileManagersStart() {
        manager.failures.add(ErrorCode.UNAVAILABLE);
        manager.failures.add(ErrorCode.STARTING);

        assertThat(run().exitCode()).isZero();
        assertThat(manager.requests).hasSize(3);
    }

    @Test
    void givesUpAtOnceWhenAnotherClusterIsThere() {
        manager.failures.add(ErrorCode.ALREADY_BOOTSTRAPPED);

        CommandRun run = run();

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).contains("ALREADY_BOOTSTRAPPED");
        assertThat(manager.requests).hasSize(1);
    }

    @Test
    void givesUpAtTheDeadline() {
        server.shutdownNow();

        CommandRun run = run("--timeout", "300ms");

        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.err()).contains("UNAVAILABLE");
    }

    @Test
    void refusesBadArguments() {
        assertThat(run("--servers", "0").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of(new MemoryClient(), "cluster", "bootstrap").exitCode())
                .isEqualTo(2);
        assertThat(CommandRun.of(new MemoryClient(), "cluster", "bootstrap", "--managers", "nowhere")
                        .exitCode())
                .isEqualTo(2);
    }

    private CommandRun run(String... more) {
        List<String> arguments = new ArrayList<>(List.of("cluster", "bootstrap", "--managers", address));
        arguments.addAll(List.of(more));
        return CommandRun.of(new MemoryClient(), arguments.toArray(String[]::new));
    }

    /** A manager that fails as told, then creates. */
    private static final class FakeManager extends ManagerGrpc.ManagerImplBase {

        private final Queue<ErrorCode> failures = new ConcurrentLinkedQueue<>();
        private final List<BootstrapRequest> requests = new CopyOnWriteArrayList<>();

        @Override
        public void bootstrap(BootstrapRequest request, StreamObserver<BootstrapReply> reply) {
            requests.add(request);
            ErrorCode failure = failures.poll();
            if (failure != null) {
                reply.onError(FailureStatus.toStatus(new RingKvException(failure, "As told")));
                return;
            }
            reply.onNext(BootstrapReply.newBuilder()
                    .setClusterId(IdMessages.toBytes(CLUSTER))
                    .setCreated(true)
                    .setSettings(request.getSettings().toBuilder().setReplicationFactor(3))
                    .addManagers(ManagerRecord.newBuilder()
                            .setManagerId(7)
                            .setLabel("m1")
                            .setClientAddress("127.0.0.1:1")
                            .setPeerAddress("127.0.0.1:2")
                            .setRaftAddress("127.0.0.1:3"))
                    .build());
            reply.onCompleted();
        }
    }
}
