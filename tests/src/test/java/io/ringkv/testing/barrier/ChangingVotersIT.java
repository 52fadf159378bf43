package io.ringkv.testing.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.time.NanoClock;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.ConfirmTermsReply;
import io.ringkv.rpc.ConfirmTermsRequest;
import io.ringkv.server.barrier.BarrierSettings;
import io.ringkv.server.barrier.PeerConfirmations;
import io.ringkv.server.barrier.ReadBarrier;
import io.ringkv.server.barrier.TermBarrier;
import io.ringkv.server.barrier.TermConfirmationService;
import io.ringkv.testing.ratis.LinkFaults.Fault;
import io.ringkv.testing.ratis.RatisCluster;
import io.ringkv.testing.ratis.RatisServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The barrier while voters change. On bare Ratis, because only there a test can hold a change in the middle.
 *
 * <p>Common to all tests: {@code a} leads {@code a, b, c} and adds {@code d}.
 */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // each test starts with the cluster it needs
class ChangingVotersIT {
    private static final ByteString CLUSTER = IdMessages.toBytes(new ClusterId(new UUID(5, 6)));
    private static final int READS = 50;

    @TempDir
    private Path directory;

    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final List<TermConfirmationService> services = new ArrayList<>();
    private RatisCluster cluster;
    private RatisServer a;
    private RatisServer b;
    private RatisServer c;
    private RatisServer d;
    private BareReplica replicaOfA;
    private CuttablePeers peersOfA;
    private TermBarrier barrierOfA;

    private void start(int servers, UnaryOperator<RatisCluster.Builder> with, BarrierSettings settings)
            throws Exception {
        cluster = with.apply(RatisCluster.of(servers, directory)).start();
        a = cluster.server(1);
        b = cluster.server(2);
        c = cluster.server(3);
        d = cluster.server(4);
        for (int number = 1; number <= servers; number++) {
            BareReplica replica =
                    new BareReplica(cluster.server(number), cluster.groupId(), ChangingVotersIT::serverId, loop);
            services.add(new TermConfirmationService(
                    () -> CLUSTER, serverId(cluster.server(number).id()), group -> replica, asking -> {}));
        }
        replicaOfA = new BareReplica(a, cluster.groupId(), ChangingVotersIT::serverId, loop);
        peersOfA = new CuttablePeers(this::ask, loop);
        barrierOfA = new TermBarrier(
                () -> CLUSTER,
                serverId(a.id()),
                loop,
                peersOfA,
                NanoClock.system(),
                settings,
                new SimpleMeterRegistry());
        cluster.createGroup(a, b, c);
        cluster.writeAcknowledged(a, "x", "old");
        d.addGroup(true, List.of());
    }

    /** {@code a} goes on leading, as far as it knows. */
    private static RatisCluster.Builder slowToNotice(RatisCluster.Builder builder) {
        return builder.keepsLeading(1);
    }

    @AfterEach
    void close() {
        barrierOfA.close();
        cluster.close();
        loop.shutdown();
    }

    /** The fixture numbers servers at the end of their names. */
    private static ServerId serverId(RaftPeerId id) {
        String name = id.toString();
        return new ServerId(Character.digit(name.charAt(name.length() - 1), 10));
    }

    private void ask(
            ServerId server, ConfirmTermsRequest request, long timeoutMillis, PeerConfirmations.Listener listener) {
        services.get((int) server.value() - 1).confirmTerms(request, new StreamObserver<>() {
            @Override
            public void onNext(ConfirmTermsReply reply) {
                listener.answered(reply);
            }

            @Override
            public void onError(Throwable cause) {
                listener.failed();
            }

            @Override
            public void onCompleted() {}
        });
    }

    /** A read of x at a, behind the barrier. */
    private ShardServer.Answer read() {
        CompletableFuture<ShardServer.Answer> answer = new CompletableFuture<>();
        barrierOfA.confirm(replicaOfA, new ReadBarrier.Waiter() {
            @Override
            public void serve() {
                answer.complete(new ShardServer.Answer(a.applied("x"), null));
            }

            @Override
            public void refuse(ErrorCode code, @Nullable ServerId leader) {
                answer.complete(new ShardServer.Answer(null, code));
            }
        });
        cluster.await("the read is answered", answer::isDone);
        return answer.join();
    }

    private String readWithoutBarrier() {
        CompletableFuture<RaftClientReply> read = a.readUnchecked("x");
        cluster.await("the read is answered", read::isDone);
        return RatisCluster.text(read.join());
    }

    @Test
    void aNewVoterDoesNotConfirmALeaderWhomTheOldOnesDeposed() throws Exception {
        start(4, ChangingVotersIT::slowToNotice, new BarrierSettings(8, 300, 600_000, 100));
        // The change reaches d alone.
        Fault cut = cluster.isolate(a, d);
        CompletableFuture<RaftClientReply> change = a.changeVoters(List.of(a, b, c), List.of(a, b, c, d));
        cluster.await(
                "a is in the middle of the change", () -> !a.voters().previous().isEmpty());
        cluster.electOnly(b);
        cluster.awaitReady(b);
        cluster.writeAcknowledged(b, "x", "new");

        cluster.await("d takes a for its leader", () -> d.term() == a.term());
        for (int i = 0; i < READS; i++) {
            assertThat(readWithoutBarrier()).isEqualTo("old");
            assertThat(read().refusal()).isEqualTo(ErrorCode.NOT_LEADER);
        }
        assertThat(peersOfA.higherTerm()).isPositive();
        assertThat(change).isNotDone();
        cut.close();
        cluster.await("a has learned of its successor", () -> !a.leads());
    }

    @Test
    void aReplicaThatWasMovedAwayDoesNotConfirm() throws Exception {
        start(5, ChangingVotersIT::slowToNotice, new BarrierSettings(8, 150, 600_000, 100));
        RatisServer e = cluster.server(5);
        Fault cut = cluster.isolate(a);
        cluster.electOnly(c);
        cluster.awaitReady(c);
        e.addGroup(true, List.of());
        cluster.changeVoters(c, a, b, c, d);
        cluster.changeVoters(c, b, c, d);
        cluster.changeVoters(c, b, c, d, e);
        cluster.changeVoters(c, c, d, e);
        cluster.writeAcknowledged(c, "x", "new");

        // For a its voters still are a, b and c. All depends on b, whose replica is deleted, and then there anew.
        peersOfA.cut(serverId(c.id()));
        b.removeGroup();
        assertRefusedThoughItIsRead();
        b.addGroup(true, List.of());
        assertRefusedThoughItIsRead();
        assertThat(peersOfA.noTerm()).isPositive();
        assertThat(peersOfA.sameTerm()).isZero();
        cut.close();
    }

    private void assertRefusedThoughItIsRead() {
        for (int i = 0; i < 3; i++) {
            assertThat(readWithoutBarrier()).isEqualTo("old");
            assertThat(read().refusal()).isEqualTo(ErrorCode.READ_NOT_CONFIRMED);
        }
    }

    @Test
    void readsGoOnWhileAVoterIsAdded() throws Exception {
        start(4, UnaryOperator.identity(), new BarrierSettings(8, 5_000, 600_000, 100));
        CompletableFuture<Void> change = CompletableFuture.runAsync(() -> cluster.changeVoters(a, a, b, c, d));
        int reads = 0;
        while (!change.isDone() || reads < READS) {
            assertThat(read().value()).isEqualTo("old");
            reads++;
        }
        change.join();
        assertThat(replicaOfA.division().voters()).hasSize(4);
    }

    @Test
    void aLeaderThatLostItsMajorityWhileItWaitsForANewVoterStepsDown() throws Exception {
        // Ratis does not check for a majority meanwhile: without the barrier it would lead for as long as d stays away.
        start(4, UnaryOperator.identity(), new BarrierSettings(8, 300, 1_000, 100));
        Fault away = cluster.partition(List.of(d), List.of(a, b, c));
        CompletableFuture<RaftClientReply> change = a.changeVoters(List.of(a, b, c), List.of(a, b, c, d));
        assertThat(change).isNotDone();
        Fault cut = cluster.isolate(a);
        peersOfA.cut(serverId(b.id()));
        peersOfA.cut(serverId(c.id()));
        cluster.await("a has stepped down", () -> {
            assertThat(read().value()).isNull();
            return !a.leads();
        });
        cut.close();
        away.close();
    }
}
