package io.ringkv.server.door;

import static io.ringkv.server.door.DoorHarness.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.rpc.ClientFrame;
import io.ringkv.rpc.Consistency;
import io.ringkv.rpc.GetOp;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import io.ringkv.server.fake.FakeReplica;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads that need no leader, or that a replica serves which is opened anew meanwhile. */
class DoorReplicaReadTest {
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
    void servesASessionReadOnceTheReplicaIsFreshEnoughLeaderOrNot() {
        door.replica.loseLeadership(FakeReplica.OTHER);
        TestStream stream = door.stream();
        stream.send(sessionGet(1, 3));
        stream.send(sessionGet(2, 0));

        assertThat(stream.awaitReply().getId())
                .as("a read that asks for nothing")
                .isEqualTo(2);
        awaitWaiting(1);
        door.replica.state().applyForeign(2);
        assertThat(stream.waitingReplies()).isZero();
        door.replica.state().applyForeign(3);

        Reply fresh = stream.awaitReply();
        assertThat(fresh.getId()).isEqualTo(1);
        assertThat(fresh.getRevision()).isEqualTo(3);
        assertThat(door.replica.state().waiting()).isZero();
    }

    @Test
    void refusesASessionReadWhoseReplicaStaysBehind() {
        Reply reply =
                door.execute(sessionGet(1, 3).toBuilder().setBudgetMillis(40).build());

        assertThat(reply.getCode()).isEqualTo(ErrorCode.REPLICA_BEHIND.number());
        assertThat(reply.getMessage()).contains("revision 3");
    }

    @Test
    void doesNotLetASessionReadWaitForAsLongAsItsClientWould() throws Exception {
        try (DoorHarness brief = new DoorHarness(DoorHarness.SETTINGS.withReplicaWaitMillis(30))) {
            Request patient =
                    sessionGet(1, 3).toBuilder().setBudgetMillis(60_000).build();

            assertThat(brief.execute(patient).getCode()).isEqualTo(ErrorCode.REPLICA_BEHIND.number());
        }
    }

    @Test
    void usesOneCallbackForAllReadsThatWaitForFreshness() {
        TestStream stream = door.stream();
        for (int i = 1; i <= 20; i++) {
            stream.send(sessionGet(i, i));
        }
        stream.send(ClientFrame.newBuilder().setPing(5).build());
        stream.awaitPong(5);

        assertThat(door.replica.state().waiting()).isEqualTo(1);
        for (int i = 1; i <= 20; i++) {
            door.replica.state().applyForeign(i);
            assertThat(stream.awaitReply().getId()).isEqualTo(i);
        }
    }

    @Test
    void refusesWaitingSessionReadsWhenTheReplicaCloses() {
        TestStream stream = door.stream();
        stream.send(sessionGet(1, 3));
        awaitWaiting(1);

        door.replica.state().close();

        assertThat(stream.awaitReply().getCode()).isEqualTo(ErrorCode.UNAVAILABLE.number());
    }

    @Test
    void doesNotReadAStateOpenedAfterTheReadCame() {
        // It may be behind what the barrier confirms: the old state had the key.
        door.replica.state().store(new byte[] {'k'}, new byte[] {1});
        door.barrier.hold();
        TestStream stream = door.stream();
        stream.send(get(1, "k"));
        awaitHeld(1);

        door.replica.reopen(TokenRange.fullCircle());
        door.onLoop(door.barrier::serveHeld);

        assertThat(stream.awaitReply().getCode()).isEqualTo(ErrorCode.REPLICA_FAILED.number());
    }

    @Test
    void servesAStaleReadWithoutTheBarrierAndClaimsNoAge() {
        door.barrier.refuse(ErrorCode.NOT_LEADER, null);
        door.replica.loseLeadership(null);
        door.replica.state().store(new byte[] {'k'}, new byte[] {1});

        Reply reply = door.execute(get(1, "k").toBuilder()
                .setConsistency(Consistency.CONSISTENCY_STALE)
                .build());

        assertThat(reply.getCode()).isZero();
        assertThat(reply.getStalenessMillis()).isZero();
    }

    @Test
    void saysHowOldAStaleReadMayBeWhenThatIsProved() {
        long provedAt = System.nanoTime() - 3_000_000_000L;
        door.freshness.set((replica, revision) -> OptionalLong.of(provedAt));
        Request stale = get(1, "k").toBuilder()
                .setConsistency(Consistency.CONSISTENCY_STALE)
                .build();

        assertThat(door.execute(stale).getStalenessMillis()).isGreaterThan(3_000);
        assertThat(door.execute(get(2, "k")).getStalenessMillis()).isZero();
    }

    private void awaitHeld(int count) {
        Await.until(count + " reads wait for the barrier", () -> door.barrier.held() == count);
    }

    private void awaitWaiting(int count) {
        Await.until(count + " callbacks wait", () -> door.replica.state().waiting() == count);
    }

    private static Request get(long id, String key) {
        GetOp get = GetOp.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
        return request(id, OperationType.OPERATION_TYPE_GET, get).build();
    }

    private static Request sessionGet(long id, long revision) {
        return get(id, "k").toBuilder()
                .setConsistency(Consistency.CONSISTENCY_SESSION)
                .setMinimumRevision(revision)
                .build();
    }
}
