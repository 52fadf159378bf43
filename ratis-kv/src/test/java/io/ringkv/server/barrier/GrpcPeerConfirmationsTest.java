package io.ringkv.server.barrier;

import static io.ringkv.server.barrier.VoterIds.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.netty.channel.EventLoop;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.ConfirmTermsReply;
import io.ringkv.rpc.ConfirmTermsRequest;
import io.ringkv.rpc.GroupTerm;
import io.ringkv.rpc.support.Channels;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions over real connections, to one server in this JVM. Deadlines here only end a broken test. */
@Timeout(30)
class GrpcPeerConfirmationsTest {
    private static final long PATIENCE_MILLIS = 20_000;

    private final EventLoops loops = EventLoops.start(1, "peer-test");
    private final EventLoop loop = loops.next();
    private final Map<ServerId, HostPort> addresses = new ConcurrentHashMap<>();
    private final GrpcPeerConfirmations peers = new GrpcPeerConfirmations(loops, loop, addresses::get);
    private final LedReplica replica = new LedReplica(1);
    private Server server;

    @BeforeEach
    void startServer() throws IOException {
        server = Channels.listener(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), loops)
                .addService(new TermConfirmationService(
                        () -> IdMessages.toBytes(BarrierFixture.CLUSTER), server(2), group -> replica, asking -> {}))
                .build()
                .start();
        addresses.put(server(2), at(server.getPort()));
    }

    @AfterEach
    void stop() throws InterruptedException {
        peers.close();
        server.shutdownNow().awaitTermination();
        loops.close();
        peers.close();
    }

    private static HostPort at(int port) {
        return new HostPort(InetAddress.getLoopbackAddress().getHostAddress(), port);
    }

    /** Asks on the loop; the future's value is null when no answer will come. */
    private CompletableFuture<ConfirmTermsReply> ask(ServerId whom, long timeoutMillis) {
        ConfirmTermsRequest request = ConfirmTermsRequest.newBuilder()
                .setClusterId(IdMessages.toBytes(BarrierFixture.CLUSTER))
                .setIntendedServerId(whom.value())
                .setRound(7)
                .addGroups(GroupTerm.newBuilder()
                        .setGroupIdHigh(1)
                        .setGroupIdLow(1)
                        .setTerm(5))
                .build();
        CompletableFuture<ConfirmTermsReply> answer = new CompletableFuture<>();
        loop.execute(() -> peers.ask(whom, request, timeoutMillis, new PeerConfirmations.Listener() {
            @Override
            public void answered(ConfirmTermsReply reply) {
                assertThat(answer.complete(reply)).isTrue();
            }

            @Override
            public void failed() {
                assertThat(answer.complete(ConfirmTermsReply.getDefaultInstance()))
                        .isTrue();
            }
        }));
        return answer;
    }

    private void assertFails(CompletableFuture<ConfirmTermsReply> answer) {
        assertThat(answer.orTimeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).join())
                .isEqualTo(ConfirmTermsReply.getDefaultInstance());
    }

    @Test
    void bringsTheAnswerOfTheServer() {
        ConfirmTermsReply reply = ask(server(2), PATIENCE_MILLIS).join();
        assertThat(reply).isEqualTo(AskedPeers.replyOf(server(2), 7, 5));
    }

    @Test
    void failsForAServerWithoutKnownAddress() {
        assertFails(ask(server(3), PATIENCE_MILLIS));
    }

    @Test
    void failsWhenNobodyListens() {
        addresses.put(server(3), at(1));
        assertFails(ask(server(3), PATIENCE_MILLIS));
    }

    @Test
    void failsWhenNoAnswerComesInTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            addresses.put(server(3), at(silent.getLocalPort()));
            assertFails(ask(server(3), 50));
        }
    }

    @Test
    void anotherServerAtTheAddressConfirmsNothing() {
        addresses.put(server(3), at(server.getPort()));
        ConfirmTermsReply reply = ask(server(3), PATIENCE_MILLIS).join();
        assertThat(reply.getServerId()).isEqualTo(2);
        assertThat(reply.getTermsList()).containsExactly(0L);
    }

    @Test
    void goesToTheNewAddressOfAServerThatMoved() {
        addresses.put(server(2), at(1));
        assertFails(ask(server(2), PATIENCE_MILLIS));
        addresses.put(server(2), at(server.getPort()));
        assertThat(ask(server(2), PATIENCE_MILLIS).join().getTermsList()).containsExactly(5L);
    }

    @Test
    void goesOnTryingToReachAServerThatIsGone() throws Exception {
        // Left alone, gRPC would try 10 times in 2 minutes, then once in 2 minutes.
        try (ServerSocket refusing = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            addresses.put(server(3), at(refusing.getLocalPort()));
            CompletableFuture<Void> tenTries = CompletableFuture.runAsync(() -> refuse(refusing, 10));
            while (!tenTries.isDone()) {
                assertFails(ask(server(3), 100));
            }
            tenTries.join();
        }
    }

    private static void refuse(ServerSocket listener, int times) {
        try {
            for (int i = 0; i < times; i++) {
                try (Socket connection = listener.accept()) {
                    connection.setSoLinger(true, 0);
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void failsAfterItWasClosed() {
        peers.close();
        assertFails(ask(server(2), PATIENCE_MILLIS));
    }
}
