package io.ringkv.server.door;

import static io.ringkv.server.door.DoorHarness.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.rpc.ClientFrame;
import io.ringkv.rpc.GetOp;
import io.ringkv.rpc.KvGrpc;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.PutOp;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import io.ringkv.server.fake.FakeReplica;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** However a client behaves, the memory it costs is bounded, and others are served. */
class DoorBoundsTest {
    private static final int VALUE_BYTES = 100_000;

    @Test
    void readsNoMoreForAClientThatDoesNotTakeItsResults() throws Exception {
        try (DoorHarness door = new DoorHarness()) {
            door.replica.state().store(new byte[] {'k'}, new byte[VALUE_BYTES]);
            TestStream slow = TestStream.slowReader(KvGrpc.newStub(door.channel()));
            slow.send(ClientFrame.newBuilder().setHello(DoorHarness.hello()).build());
            slow.awaitWelcome();
            int reads = 500;
            for (int i = 1; i <= reads; i++) {
                slow.send(get(i));
            }
            TestStream other = door.stream();

            Await.until("some reads are carried out", () -> door.replica.state().gets() >= 4);
            for (int i = 1; i <= 50; i++) {
                other.send(get(i));
                assertThat(other.awaitReply().getCode()).isZero();
            }

            // What is made and not sent, and what the transport took: a window of 1 MiB and a frame or two.
            int forOthers = 50;
            long madeBytes = (long) (door.replica.state().gets() - forOthers) * VALUE_BYTES;
            assertThat(madeBytes).isLessThan(DoorHarness.SETTINGS.streamResultBytes() + (3L << 20));
            slow.request(Integer.MAX_VALUE);
            assertThat(slow.awaitReplies(reads)).extracting(Reply::getId).doesNotHaveDuplicates();
        }
    }

    @Test
    void readsNoFurtherFrameBeyondTheCredit() throws Exception {
        try (DoorHarness door = new DoorHarness()) {
            FakeReplica healthy = door.host.add(new FakeReplica(2, TokenRange.fullCircle()));
            healthy.applyAtOnce();
            TestStream greedy = door.stream();
            int writes = 100;
            for (int i = 1; i <= writes; i++) {
                greedy.send(put(1, i, 60_000));
            }
            TestStream other = door.stream();
            for (int i = 1; i <= 50; i++) {
                other.send(put(2, i, 10));
                assertThat(other.awaitReply().getCode()).isZero();
            }

            Await.until("the credit is used", () -> door.requestBytes() > DoorHarness.SETTINGS.streamCreditBytes());
            assertThat(door.requestBytes()).isLessThan(DoorHarness.SETTINGS.streamCreditBytes() + 70_000);

            List<Reply> replies = new ArrayList<>();
            while (replies.size() < writes) {
                Await.until("an entry", () -> door.replica.undecided() > 0 || greedy.waitingReplies() > 0);
                if (door.replica.undecided() > 0) {
                    door.replica.applyNext();
                }
                while (greedy.waitingReplies() > 0) {
                    replies.add(greedy.awaitReply());
                }
            }
            assertThat(replies).allMatch(reply -> reply.getCode() == 0);
            assertThat(door.replica.state().appliedSequences()).isSorted().hasSize(writes);
            Await.until("all memory is given back", () -> door.requestBytes() == 0);
        }
    }

    @Test
    void refusesWhatTheMemoryForAllClientsDoesNotHold() throws Exception {
        DoorSettings s = DoorHarness.SETTINGS;
        DoorSettings small = new DoorSettings(
                s.streamCreditBytes(),
                s.streamResultBytes(),
                100_000,
                s.streamsMax(),
                s.heartbeatMillis(),
                s.silenceMillis(),
                s.retryAfterMillis(),
                s.sweepMillis(),
                s.replicaWaitMillis(),
                s.leaderlessMillis());
        try (DoorHarness door = new DoorHarness(small)) {
            TestStream stream = door.stream();
            stream.send(put(1, 1, 70_000));
            stream.send(put(1, 2, 70_000));

            Reply refused = stream.awaitReply();
            assertThat(refused.getId()).isEqualTo(2);
            assertThat(refused.getCode()).isEqualTo(ErrorCode.OVERLOADED.number());
            assertThat(refused.getRetryAfterMillis()).isEqualTo(s.retryAfterMillis());
            assertThat(refused.getNotProposed()).isTrue();

            Await.until("the entry", () -> door.replica.undecided() == 1);
            door.replica.applyNext();
            stream.awaitReply();
            stream.send(put(1, 3, 70_000));
            Await.until("the memory is free again", () -> door.replica.undecided() == 1);
        }
    }

    @Test
    void givesBackTheMemoryOfStreamsThatWentAway() throws Exception {
        try (DoorHarness door = new DoorHarness()) {
            TestStream stream = door.stream();
            stream.send(put(1, 1, 1_000), put(1, 2, 1_000));
            door.barrier.hold();
            stream.send(get(3));
            Await.until("all arrived", () -> door.replica.undecided() == 1 && door.barrier.held() == 1);

            stream.cancel();
            Await.until("the stream is gone", () -> door.service.openStreams() == 0);
            door.barrier.serveHeld();
            door.replica.applyNext();
            Await.until("the second entry", () -> door.replica.undecided() == 1);
            door.replica.applyNext();

            Await.until("all memory is given back", () -> door.requestBytes() == 0);
            assertThat(door.replica.state().gets()).as("reads for nobody").isZero();
        }
    }

    private static Request put(int shard, long sequence, int valueBytes) {
        PutOp put = PutOp.newBuilder()
                .setKey(ByteString.copyFromUtf8("k"))
                .setValue(ByteString.copyFrom(new byte[valueBytes]))
                .build();
        return request(sequence, OperationType.OPERATION_TYPE_PUT, put)
                .setShard(shard)
                .setSession(5)
                .setSequence(sequence)
                .build();
    }

    private static Request get(long id) {
        GetOp get = GetOp.newBuilder().setKey(ByteString.copyFromUtf8("k")).build();
        return request(id, OperationType.OPERATION_TYPE_GET, get).build();
    }
}
