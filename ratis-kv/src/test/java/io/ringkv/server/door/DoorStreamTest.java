package io.ringkv.server.door;

import static io.ringkv.server.door.DoorHarness.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.ClientFrame;
import io.ringkv.rpc.Failure;
import io.ringkv.rpc.GetOp;
import io.ringkv.rpc.GetResult;
import io.ringkv.rpc.Hello;
import io.ringkv.rpc.MultiGetOp;
import io.ringkv.rpc.MultiGetResult;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.ProtocolRange;
import io.ringkv.rpc.PutOp;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import io.ringkv.rpc.ScanOp;
import io.ringkv.rpc.ScanResult;
import io.ringkv.rpc.Welcome;
import io.ringkv.server.fake.FakeReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DoorStreamTest {
    private DoorHarness door;

    @BeforeEach
    void open() throws Exception {
        door = new DoorHarness();
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    @Test
    void welcomesWithItsIdentityAndBounds() {
        TestStream stream = door.rawStream();

        stream.send(ClientFrame.newBuilder().setHello(DoorHarness.hello()).build());
        Welcome welcome = stream.awaitWelcome();

        assertThat(welcome.getClusterId()).isEqualTo(IdMessages.toBytes(DoorHarness.CLUSTER));
        assertThat(welcome.getServerId()).isEqualTo(FakeReplica.SELF.value());
        assertThat(welcome.getProtocol()).isEqualTo(1);
        assertThat(welcome.getCreditBytes()).isEqualTo(DoorHarness.SETTINGS.streamCreditBytes());
        assertThat(welcome.getHeartbeatMillis()).isEqualTo(DoorHarness.SETTINGS.heartbeatMillis());
    }

    @Test
    void takesRequestsInTheFrameOfTheHello() {
        TestStream stream = door.rawStream();

        stream.send(ClientFrame.newBuilder()
                .setHello(DoorHarness.hello().toBuilder().clearClusterId().clearServerId())
                .addRequests(get(1, "k"))
                .build());

        assertThat(stream.awaitReply().getCode()).isEqualTo(ErrorCode.KEY_NOT_FOUND.number());
    }

    @Test
    void refusesAnotherCluster() {
        ClusterId other = new ClusterId(new UUID(8, 8));

        Failure failure = refusedHello(DoorHarness.hello().toBuilder()
                .setClusterId(IdMessages.toBytes(other))
                .build());

        assertThat(failure.getCode()).isEqualTo(ErrorCode.WRONG_CLUSTER.number());
        assertThat(failure.getMessage()).contains(other.toString()).contains(DoorHarness.CLUSTER.toString());
    }

    @Test
    void refusesClientsOfAnyClusterBeforeItBelongsToOne() {
        door.cluster.set(null);

        assertThat(refusedHello(DoorHarness.hello()).getCode()).isEqualTo(ErrorCode.NOT_BOOTSTRAPPED.number());
    }

    @Test
    void refusesAClientThatMeansAnotherServer() {
        Failure failure =
                refusedHello(DoorHarness.hello().toBuilder().setServerId(99).build());

        assertThat(failure.getCode()).isEqualTo(ErrorCode.WRONG_SERVER.number());
    }

    @Test
    void refusesProtocolsItDoesNotSpeak() {
        Hello newer = DoorHarness.hello().toBuilder()
                .setProtocol(ProtocolRange.newBuilder().setLowest(2).setHighest(9))
                .build();
        Hello none = DoorHarness.hello().toBuilder().clearProtocol().build();

        assertThat(refusedHello(newer).getCode()).isEqualTo(ErrorCode.PROTOCOL_UNSUPPORTED.number());
        assertThat(refusedHello(newer).getMessage()).contains("2 to 9").contains("1 to 1");
        assertThat(refusedHello(none).getCode()).isEqualTo(ErrorCode.PROTOCOL_UNSUPPORTED.number());
    }

    @Test
    void closesAStreamThatDoesNotBeginWithHello() {
        TestStream stream = door.rawStream();

        stream.send(get(1, "k"));

        assertThat(stream.awaitFailure().getCode()).isEqualTo(ErrorCode.MALFORMED_FRAME.number());
        assertThat(stream.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void closesOnlyTheStreamThatSaysHelloTwice() {
        TestStream healthy = door.stream();
        TestStream stream = door.stream();

        stream.send(ClientFrame.newBuilder().setHello(DoorHarness.hello()).build());

        assertThat(stream.awaitFailure().getMessage()).contains("second hello");
        healthy.send(get(1, "k"));
        assertThat(healthy.awaitReply().getId()).isEqualTo(1);
    }

    @Test
    void refusesMoreStreamsThanAllowed() {
        for (int i = 0; i < DoorHarness.SETTINGS.streamsMax(); i++) {
            door.stream();
        }

        Failure failure = door.rawStream().awaitFailure();

        assertThat(failure.getCode()).isEqualTo(ErrorCode.TOO_MANY_CONNECTIONS.number());
        assertThat(failure.getMessage()).contains("the limit is 8");
        assertThat(failure.getRetryAfterMillis()).isPositive();
    }

    @Test
    void answersPings() {
        TestStream stream = door.stream();

        stream.send(ClientFrame.newBuilder().setPing(77).build());

        stream.awaitPong(77);
    }

    @Test
    void givesSignsOfLifeWhenThereIsNothingToSay() {
        TestStream stream = door.stream();

        stream.awaitFrames(3);
    }

    @Test
    void tellsOfANewerShardMap() {
        TestStream stream = door.stream();

        door.shardMap.set(new ShardMap(DoorHarness.CLUSTER, 12, 1, List.of(), List.of(), List.of()));
        door.service.ringEpochChanged();

        stream.awaitRingEpoch(12);
    }

    @Test
    void cutsOffASilentClient() throws Exception {
        try (DoorHarness strict = new DoorHarness(silence(200))) {
            TestStream stream = strict.stream();

            assertThat(stream.awaitFailure().getCode()).isEqualTo(ErrorCode.CONNECTION_LOST.number());
        }
    }

    @Test
    void endsAStreamInGoodOrderAfterTheLastAnswer() {
        TestStream stream = door.stream();
        stream.send(put(1, 1, "k"));
        stream.finish();

        replicaApplies(1);

        assertThat(stream.awaitReply().getCode()).isZero();
        assertThat(stream.awaitEnd().getCode()).isEqualTo(Status.Code.OK);
    }

    @Test
    void appliesWritesAndReadsThem() throws Exception {
        door.replica.applyAtOnce();
        TestStream stream = door.stream();

        stream.send(put(1, 1, "a"), put(2, 2, "b"));
        List<Reply> written = stream.awaitReplies(2);
        stream.send(
                get(3, "a"),
                request(4, OperationType.OPERATION_TYPE_MULTI_GET, multiGet("b", "none", "a"))
                        .build(),
                request(
                                5,
                                OperationType.OPERATION_TYPE_SCAN,
                                ScanOp.newBuilder().setLimit(1).build())
                        .build());
        List<Reply> read = stream.awaitReplies(3);

        assertThat(written).extracting(Reply::getId).containsExactly(1L, 2L);
        assertThat(written).extracting(Reply::getRevision).containsExactly(1L, 2L);
        assertThat(GetResult.parseFrom(read.get(0).getBody()).getEntry().getValue())
                .isEqualTo(ByteString.copyFromUtf8("value of a"));
        assertThat(read.get(0).getRevision()).isEqualTo(2);
        assertThat(MultiGetResult.parseFrom(read.get(1).getBody()).getEntriesList())
                .extracting(entry -> entry.getKey().toStringUtf8())
                .containsExactly("b", "a");
        ScanResult page = ScanResult.parseFrom(read.get(2).getBody());
        assertThat(page.getEntriesList())
                .extracting(entry -> entry.getKey().toStringUtf8())
                .containsExactly("a");
        assertThat(page.getMore()).isTrue();
        assertThat(page.getNextStart().toStringUtf8()).isEqualTo("b");
    }

    @Test
    void leavesValuesOutWhenAsked() throws Exception {
        door.replica.state().store(new byte[] {'a'}, new byte[] {1, 2, 3});

        Reply get = door.execute(request(
                        1,
                        OperationType.OPERATION_TYPE_GET,
                        GetOp.newBuilder()
                                .setKey(ByteString.copyFromUtf8("a"))
                                .setMetadataOnly(true)
                                .build())
                .build());
        Reply scan = door.execute(request(
                        2,
                        OperationType.OPERATION_TYPE_SCAN,
                        ScanOp.newBuilder().setKeysOnly(true).build())
                .build());

        assertThat(GetResult.parseFrom(get.getBody()).getEntry().getValue()).isEmpty();
        assertThat(GetResult.parseFrom(get.getBody()).getEntry().getVersion()).isEqualTo(1);
        assertThat(ScanResult.parseFrom(scan.getBody()).getEntries(0).getValue())
                .isEmpty();
    }

    @Test
    void sendsTheAnswersOfOneEntryInOneFrame() {
        TestStream stream = door.stream();
        List<Request> requests = new ArrayList<>();
        for (int i = 1; i <= 41; i++) {
            requests.add(put(i, i, "k" + i));
        }
        stream.send(requests.toArray(Request[]::new));
        // An answer to what came later shows that all of the frame before was taken.
        stream.send(get(42, "k"));
        stream.awaitReply();

        replicaApplies(1);
        stream.awaitReply();
        replicaApplies(1);
        stream.awaitReplies(40);

        assertThat(stream.repliesPerFrame()).containsExactly(1, 1, 40);
    }

    @Test
    void sendsTheAnswersOfOneBarrierRoundInOneFrame() {
        door.barrier.hold();
        TestStream stream = door.stream();
        for (int i = 1; i <= 30; i++) {
            stream.send(get(i, "k"));
        }
        awaitHeld(30);

        door.onLoop(door.barrier::serveHeld);
        stream.awaitReplies(30);

        assertThat(stream.repliesPerFrame()).containsExactly(30);
    }

    @Test
    void answersADuplicateOnAnotherStreamWithTheOutcomeOfTheFirst() {
        TestStream first = door.stream();
        TestStream second = door.stream();
        first.send(put(1, 1, "k"));
        awaitUndecided(1);
        second.send(put(9, 1, "k"));
        second.send(ClientFrame.newBuilder().setPing(1).build());
        second.awaitPong(1);

        replicaApplies(1);

        assertThat(first.awaitReply().getRevision()).isEqualTo(1);
        Reply joined = second.awaitReply();
        assertThat(joined.getId()).isEqualTo(9);
        assertThat(joined.getRevision()).isEqualTo(1);
        assertThat(door.replica.state().appliedSequences()).containsExactly(1L);
    }

    @Test
    void opensASessionWithTheFirstWrite() {
        door.replica.applyAtOnce();
        Request first = put(1, 1, "k").toBuilder()
                .setSession(0)
                .setClientId(DoorHarness.CLIENT)
                .build();

        assertThat(door.execute(first).getCode()).isZero();
    }

    @Test
    void doesNotStopTheStreamForOneShardWithoutLeaderOrWithAHungLog() {
        door.replica.loseLeadership(null);
        FakeReplica hung = door.host.add(new FakeReplica(2, TokenRange.fullCircle()));
        FakeReplica healthy = door.host.add(new FakeReplica(3, TokenRange.fullCircle()));
        healthy.applyAtOnce();
        TestStream stream = door.stream();

        stream.send(put(1, 1, "k"));
        stream.send(put(2, 1, "k").toBuilder().setShard(2).build());
        stream.send(put(3, 1, "k").toBuilder().setShard(3).build());

        assertThat(stream.awaitReply().getCode()).isEqualTo(ErrorCode.NOT_LEADER.number());
        assertThat(stream.awaitReply().getId()).isEqualTo(3);
        assertThat(hung.undecided()).isEqualTo(1);
    }

    @Test
    void endsAllStreamsWhenItStops() {
        TestStream stream = door.stream();

        door.service.closeStreams();

        assertThat(stream.awaitFailure().getCode()).isEqualTo(ErrorCode.SHUTTING_DOWN.number());
        assertThat(stream.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void forgetsCancelledStreams() {
        TestStream stream = door.stream();

        stream.cancel();

        Await.until("no stream is open", () -> door.service.openStreams() == 0);
    }

    private Failure refusedHello(Hello hello) {
        TestStream stream = door.rawStream();
        stream.send(ClientFrame.newBuilder().setHello(hello).build());
        Failure failure = stream.awaitFailure();
        assertThat(stream.awaitEnd().isOk()).isFalse();
        return failure;
    }

    private void replicaApplies(int entries) {
        for (int i = 0; i < entries; i++) {
            awaitUndecided(1);
            door.replica.applyNext();
        }
    }

    private void awaitUndecided(int count) {
        Await.until(count + " entries are undecided", () -> door.replica.undecided() == count);
    }

    private void awaitHeld(int count) {
        Await.until(count + " reads wait for the barrier", () -> door.barrier.held() == count);
    }

    private static DoorSettings silence(int millis) {
        DoorSettings s = DoorHarness.SETTINGS;
        return new DoorSettings(
                s.streamCreditBytes(),
                s.streamResultBytes(),
                s.requestBytesMax(),
                s.streamsMax(),
                s.heartbeatMillis(),
                millis,
                s.retryAfterMillis(),
                s.sweepMillis(),
                s.replicaWaitMillis(),
                s.leaderlessMillis());
    }

    private static Request put(long id, long sequence, String key) {
        PutOp put = PutOp.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8("value of " + key))
                .build();
        return request(id, OperationType.OPERATION_TYPE_PUT, put)
                .setSession(5)
                .setSequence(sequence)
                .build();
    }

    private static Request get(long id, String key) {
        GetOp get = GetOp.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
        return request(id, OperationType.OPERATION_TYPE_GET, get).build();
    }

    private static MultiGetOp multiGet(String... keys) {
        MultiGetOp.Builder op = MultiGetOp.newBuilder();
        for (String key : keys) {
            op.addKeys(ByteString.copyFromUtf8(key));
        }
        return op.build();
    }
}
