package io.ringkv.rpc.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardMapHistory;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.ClusterGrpc;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.GetShardMapRequest;
import io.ringkv.rpc.GetStatusRequest;
import io.ringkv.rpc.IdentifyRequest;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.ShardMapUpdate;
import io.ringkv.rpc.WatchShardMapRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real server on the loopback interface: also shows that loops, channels and listeners fit together. */
final class ClusterServiceBaseTest {

    private static final List<ShardMap> MAPS = new ShardMapHistory(7, 4, 10).maps();

    private final EventLoops loops = EventLoops.start(1, "test-loop");
    private final ShardMapPublisher publisher = new ShardMapPublisher();
    private final ClusterServiceBase service = new TestService();
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        server = Channels.listener(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), loops)
                .addService(service)
                .build()
                .start();
        channel = Channels.open(new HostPort("127.0.0.1", server.getPort()), loops, loops.group());
    }

    @AfterEach
    void stop() throws InterruptedException {
        service.close();
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        loops.close();
    }

    @Test
    void saysThatTheClusterDoesNotExistYet() {
        assertThatThrownBy(() -> blocking().getShardMap(GetShardMapRequest.getDefaultInstance()))
                .satisfies(e -> assertThat(FailureStatus.toException(e).code()).isEqualTo(ErrorCode.NOT_BOOTSTRAPPED));
    }

    @Test
    void givesTheNewestMap() {
        publisher.publish(MAPS.get(3));

        assertThat(ShardMapMessages.fromMessage(blocking()
                        .getShardMap(GetShardMapRequest.getDefaultInstance())
                        .getShardMap()))
                .isEqualTo(MAPS.get(3));
    }

    @Test
    void refusesCallersOfAnotherCluster() {
        publisher.publish(MAPS.get(0));
        GetShardMapRequest foreign = GetShardMapRequest.newBuilder()
                .setClusterId(IdMessages.toBytes(new ClusterId(new UUID(9, 9))))
                .build();

        assertThatThrownBy(() -> blocking().getShardMap(foreign))
                .satisfies(e -> assertThat(FailureStatus.toException(e).code()).isEqualTo(ErrorCode.WRONG_CLUSTER));
        assertThatThrownBy(() -> blocking()
                        .getStatus(GetStatusRequest.newBuilder()
                                .setClusterId(foreign.getClusterId())
                                .build()))
                .satisfies(e -> assertThat(FailureStatus.toException(e).code()).isEqualTo(ErrorCode.WRONG_CLUSTER));
        assertThat(blocking()
                        .getStatus(GetStatusRequest.newBuilder()
                                .setClusterId(IdMessages.toBytes(MAPS.get(0).cluster()))
                                .build())
                        .getRingEpoch())
                .isEqualTo(77);
    }

    @Test
    void saysWhoAnswers() {
        assertThat(blocking().identify(IdentifyRequest.getDefaultInstance()).getVersion())
                .isEqualTo("test");
    }

    @Test
    void subscribersFollowEveryPublishedMapAndLeader() throws InterruptedException {
        Subscriber subscriber = new Subscriber();
        ClusterGrpc.newStub(channel).watchShardMap(WatchShardMapRequest.getDefaultInstance(), subscriber);
        assertThat(subscriber.next().getRingEpoch()).isZero();

        publisher.publish(MAPS.get(0));
        assertThat(ShardMapMessages.fromMessage(subscriber.nextNews().getFull()))
                .isEqualTo(MAPS.get(0));

        publisher.publish(MAPS.get(1));
        assertThat(ShardMapMessages.fromMessage(subscriber.nextNews().getDiff()).apply(MAPS.get(0)))
                .isEqualTo(MAPS.get(1));

        publisher.leaderHeard(new ShardId(2), new ServerId(5), 9);
        ShardMapUpdate leaders = subscriber.nextNews();
        assertThat(leaders.getContentCase()).isEqualTo(ShardMapUpdate.ContentCase.CONTENT_NOT_SET);
        assertThat(leaders.getLeaders(0).getTerm()).isEqualTo(9);
    }

    @Test
    void aSubscriberWithNothingToLearnGetsASignOfLife() throws InterruptedException {
        publisher.publish(MAPS.get(2));
        Subscriber subscriber = new Subscriber();
        ClusterGrpc.newStub(channel)
                .watchShardMap(
                        WatchShardMapRequest.newBuilder()
                                .setKnownRingEpoch(MAPS.get(2).ringEpoch())
                                .build(),
                        subscriber);

        ShardMapUpdate first = subscriber.next();
        ShardMapUpdate second = subscriber.next();

        assertThat(first.getContentCase()).isEqualTo(ShardMapUpdate.ContentCase.CONTENT_NOT_SET);
        assertThat(second).isEqualTo(first);
        assertThat(first.getRingEpoch()).isEqualTo(MAPS.get(2).ringEpoch());
    }

    @Test
    void endsSubscriptionsWhenItStops() throws InterruptedException {
        Subscriber subscriber = new Subscriber();
        ClusterGrpc.newStub(channel).watchShardMap(WatchShardMapRequest.getDefaultInstance(), subscriber);
        subscriber.next();

        service.close();

        assertThat(FailureStatus.toException(subscriber.failure()).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
    }

    private ClusterGrpc.ClusterBlockingStub blocking() {
        return ClusterGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    private final class TestService extends ClusterServiceBase {

        TestService() {
            super(
                    publisher,
                    () -> ProcessIdentity.newBuilder()
                            .setClusterId(IdMessages.toBytes(MAPS.get(0).cluster()))
                            .setVersion("test")
                            .build(),
                    loops.group());
        }

        @Override
        protected CompletionStage<ClusterStatus> status(GetStatusRequest request) {
            return CompletableFuture.completedFuture(
                    ClusterStatus.newBuilder().setRingEpoch(77).build());
        }
    }

    private static final class Subscriber implements StreamObserver<ShardMapUpdate> {

        private final BlockingQueue<ShardMapUpdate> updates = new LinkedBlockingQueue<>();
        private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

        ShardMapUpdate next() throws InterruptedException {
            ShardMapUpdate update = updates.poll(10, TimeUnit.SECONDS);
            assertThat(update).as("update within 10 s").isNotNull();
            return update;
        }

        /** The next update that is more than a sign of life. */
        ShardMapUpdate nextNews() throws InterruptedException {
            ShardMapUpdate update = next();
            while (update.getContentCase() == ShardMapUpdate.ContentCase.CONTENT_NOT_SET
                    && update.getLeadersCount() == 0) {
                update = next();
            }
            return update;
        }

        Throwable failure() throws InterruptedException {
            Throwable failure = failures.poll(10, TimeUnit.SECONDS);
            assertThat(failure).as("end within 10 s").isNotNull();
            return failure;
        }

        @Override
        public void onNext(ShardMapUpdate update) {
            updates.add(update);
        }

        @Override
        public void onError(Throwable failure) {
            failures.add(failure);
        }

        @Override
        public void onCompleted() {
            failures.add(new IllegalStateException("completed"));
        }
    }
}
