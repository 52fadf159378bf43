package io.ringkv.server.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.ringkv.common.limit.Limits;
import io.ringkv.rpc.ClientFrame;
import io.ringkv.rpc.Consistency;
import io.ringkv.rpc.ExecuteRequest;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.Request;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    @RepeatedTest(40)
    void readsWhatProtobufWrites(RepetitionInfo repetition) throws Exception {
        long seed = repetition.getCurrentRepetition();
        ClientFrame frame = randomFrame(new Random(seed));

        assertSame(frame, FrameReader.stream(frame.toByteArray()), seed);
    }

    /** A damaged frame is refused if and only if protobuf refuses it, and otherwise means the same to both. */
    @RepeatedTest(60)
    void agreesWithProtobufOnDamagedFrames(RepetitionInfo repetition) throws Exception {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            byte[] bytes = randomFrame(random).toByteArray();
            for (int damage = random.nextInt(4); damage >= 0 && bytes.length > 0; damage--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            ClientFrame expected;
            try {
                expected = ClientFrame.parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                expected = null;
            }
            try {
                FrameReader read = FrameReader.stream(bytes);
                assertThat(expected)
                        .as("seed %d, round %d: protobuf refuses it", seed, round)
                        .isNotNull();
                if (expected != null) {
                    assertSame(expected, read, seed);
                }
            } catch (MalformedFrameException e) {
                assertThat(expected)
                        .as("seed %d, round %d: %s", seed, round, e.getMessage())
                        .isNull();
            }
        }
    }

    @Test
    void readsTheMessageOfAUnaryCall() throws Exception {
        Request request = Request.newBuilder()
                .setId(4)
                .setBody(ByteString.copyFromUtf8("body"))
                .build();
        ExecuteRequest message = ExecuteRequest.newBuilder()
                .setClusterId(ByteString.copyFromUtf8("cluster"))
                .setRequest(request)
                .build();

        FrameReader read = FrameReader.unary(message.toByteArray());

        assertThat(read.clusterId()).asString().isEqualTo("cluster");
        assertThat(read.requests()).hasSize(1);
        assertThat(bodyOf(read.requests().get(0))).isEqualTo(request.getBody());
    }

    @Test
    void refusesMoreRequestsThanAFrameMayHave() {
        ClientFrame.Builder frame = ClientFrame.newBuilder();
        for (int i = 0; i <= Limits.MAX_FRAME_REQUESTS; i++) {
            frame.addRequests(Request.getDefaultInstance());
        }

        assertThatThrownBy(() -> FrameReader.stream(frame.build().toByteArray()))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("4096");
    }

    private static void assertSame(ClientFrame expected, FrameReader read, long seed) {
        assertThat(read.ping()).as("seed %d", seed).isEqualTo(expected.getPing());
        assertThat(read.hello() != null).as("seed %d", seed).isEqualTo(expected.hasHello());
        List<Request> requests = expected.getRequestsList();
        assertThat(read.requests()).as("seed %d", seed).hasSize(requests.size());
        for (int i = 0; i < requests.size(); i++) {
            assertThat(asMessage(read.requests().get(i)))
                    .as("seed %d", seed)
                    .isEqualTo(requests.get(i).toBuilder()
                            .clearPriority()
                            .clearTraceId()
                            .clearRequestKey()
                            .setRequestKey(
                                    requests.get(i).getRequestKey().isEmpty()
                                            ? ByteString.EMPTY
                                            : ByteString.copyFromUtf8("there is one"))
                            .setUnknownFields(UnknownFieldSet.getDefaultInstance())
                            .build());
        }
    }

    private static Request asMessage(RequestHeader header) {
        byte[] clientId = header.clientId;
        return Request.newBuilder()
                .setId(header.id)
                .setShard(header.shard)
                .setIncarnation(header.incarnation)
                .setRangeEpoch(header.rangeEpoch)
                .setTypeValue(header.type)
                .setBody(bodyOf(header))
                .setSession(header.session)
                .setSequence(header.sequence)
                .setFloor(header.floor)
                .setClientId(clientId == null ? ByteString.EMPTY : ByteString.copyFrom(clientId))
                .setSessionIdleMillis(header.sessionIdleMillis)
                .setBudgetMillis(header.budgetMillis)
                .setConsistencyValue(header.consistency)
                .setMinimumRevision(header.minimumRevision)
                .setKeyspace(header.keyspace)
                .setRequestKey(header.hasRequestKey ? ByteString.copyFromUtf8("there is one") : ByteString.EMPTY)
                .build();
    }

    private static ByteString bodyOf(RequestHeader header) {
        return ByteString.copyFrom(header.frame, header.bodyOffset, header.bodyLength);
    }

    private static ClientFrame randomFrame(Random random) {
        ClientFrame.Builder frame = ClientFrame.newBuilder();
        if (random.nextInt(3) == 0) {
            frame.setHello(DoorHarness.hello());
        }
        if (random.nextBoolean()) {
            frame.setPing(random.nextLong());
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            frame.addRequests(randomRequest(random));
        }
        return frame.build();
    }

    private static Request randomRequest(Random random) {
        Request.Builder request = Request.newBuilder()
                .setId(random.nextLong())
                .setShard(random.nextInt())
                .setIncarnation(random.nextInt(3))
                .setRangeEpoch(random.nextInt(100))
                .setType(OperationType.OPERATION_TYPE_PUT)
                .setBody(ByteString.copyFrom(new byte[random.nextInt(200)]));
        if (random.nextBoolean()) {
            request.setSession(random.nextLong())
                    .setSequence(random.nextInt(1000))
                    .setFloor(random.nextInt(1000))
                    .setClientId(ByteString.copyFrom(new byte[random.nextInt(20)]))
                    .setSessionIdleMillis(random.nextInt());
        } else {
            request.setConsistency(Consistency.CONSISTENCY_SESSION)
                    .setMinimumRevision(random.nextLong())
                    .setBudgetMillis(random.nextInt())
                    .setKeyspace(random.nextInt(2))
                    .setPriority(random.nextInt(9))
                    .setRequestKey(ByteString.copyFrom(new byte[random.nextInt(3)]))
                    .setTraceId(ByteString.copyFromUtf8("trace"));
        }
        return request.build();
    }
}
