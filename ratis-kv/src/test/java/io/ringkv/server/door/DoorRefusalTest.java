package io.ringkv.server.door;

import static io.ringkv.server.door.DoorHarness.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.limit.Limits;
import io.ringkv.common.ring.KeyHash;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.common.shardmap.ReplicaRecord;
import io.ringkv.common.shardmap.ReplicaRole;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.rpc.BatchItem;
import io.ringkv.rpc.BatchOp;
import io.ringkv.rpc.CompareAndSetOp;
import io.ringkv.rpc.CreateShardOp;
import io.ringkv.rpc.DeleteOp;
import io.ringkv.rpc.ExpireOp;
import io.ringkv.rpc.GetOp;
import io.ringkv.rpc.MultiGetOp;
import io.ringkv.rpc.OpenOp;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.PutOp;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import io.ringkv.rpc.ResolveOp;
import io.ringkv.rpc.ScanOp;
import io.ringkv.server.engine.EngineStats;
import io.ringkv.server.fake.FakeReplica;
import io.ringkv.server.shard.ShardMeta;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DoorRefusalTest {
    private static final ByteString KEY = ByteString.copyFromUtf8("k");
    private static final ByteString HUGE_KEY = ByteString.copyFrom(new byte[Limits.MAX_KEY_BYTES + 1]);
    private static final ByteString HUGE_VALUE = ByteString.copyFrom(new byte[Limits.MAX_VALUE_BYTES + 1]);

    private DoorHarness door;

    @BeforeEach
    void open() throws Exception {
        door = new DoorHarness();
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    static Stream<Arguments> requestsThatAreWrongInThemselves() {
        CompareAndSetOp cas = CompareAndSetOp.newBuilder()
                .setKey(KEY)
                .setValue(KEY)
                .setExpectedAbsent(true)
                .build();
        return Stream.of(
                refused(ErrorCode.KEY_EMPTY, "0 bytes", write(OperationType.OPERATION_TYPE_PUT, PutOp.newBuilder())),
                refused(
                        ErrorCode.KEY_TOO_LARGE,
                        "4097 bytes; the limit is 4096",
                        write(
                                OperationType.OPERATION_TYPE_PUT,
                                PutOp.newBuilder().setKey(HUGE_KEY))),
                refused(
                        ErrorCode.VALUE_TOO_LARGE,
                        "1048577 bytes; the limit is 1048576",
                        write(
                                OperationType.OPERATION_TYPE_PUT,
                                PutOp.newBuilder().setKey(KEY).setValue(HUGE_VALUE))),
                refused(
                        ErrorCode.BATCH_EMPTY,
                        "0 operations",
                        write(OperationType.OPERATION_TYPE_BATCH, BatchOp.newBuilder())),
                refused(
                        ErrorCode.BATCH_TOO_MANY_KEYS,
                        "129 operations; the limit is 128",
                        write(OperationType.OPERATION_TYPE_BATCH, batchOf(129, 1))),
                refused(
                        ErrorCode.BATCH_TOO_LARGE,
                        "the limit is 2097152",
                        write(OperationType.OPERATION_TYPE_BATCH, batchOf(3, 700_000))),
                refused(
                        ErrorCode.INVALID_ARGUMENT,
                        "no operation",
                        write(
                                OperationType.OPERATION_TYPE_BATCH,
                                BatchOp.newBuilder().addItems(BatchItem.getDefaultInstance()))),
                refused(
                        ErrorCode.INVALID_ARGUMENT,
                        "no expectation",
                        write(
                                OperationType.OPERATION_TYPE_COMPARE_AND_SET,
                                cas.toBuilder().clearExpectation())),
                refused(
                        ErrorCode.INVALID_ARGUMENT,
                        "no change",
                        write(
                                OperationType.OPERATION_TYPE_COMPARE_AND_SET,
                                cas.toBuilder().clearChange())),
                refused(
                        ErrorCode.INVALID_ARGUMENT,
                        "set to false",
                        write(
                                OperationType.OPERATION_TYPE_COMPARE_AND_SET,
                                cas.toBuilder().setExpectedAbsent(false))),
                refused(ErrorCode.INVALID_ARGUMENT, "cannot be read", put().setBody(ByteString.copyFrom(new byte[] {
                    10, 100, 1
                }))),
                refused(
                        ErrorCode.OPERATION_UNSUPPORTED,
                        "field 7",
                        put().setBody(put().getBody().concat(ByteString.copyFrom(new byte[] {7 << 3, 1})))),
                refused(
                        ErrorCode.INVALID_ARGUMENT,
                        "already",
                        put().setBody(put().getBody().concat(put().getBody()))),
                refused(ErrorCode.TIMEOUT_INVALID, "300001 ms", put().setBudgetMillis(300_001)),
                refused(ErrorCode.TIMEOUT_INVALID, "4294967295 ms", put().setBudgetMillis(-1)),
                refused(ErrorCode.INVALID_ARGUMENT, "shard number is 0", put().setShard(0)),
                refused(ErrorCode.INVALID_ARGUMENT, "incarnation is 0", put().setIncarnation(0)),
                refused(ErrorCode.OPERATION_UNSUPPORTED, "keyspace is 3", put().setKeyspace(3)),
                refused(ErrorCode.OPERATION_UNSUPPORTED, "request key", put().setRequestKey(KEY)),
                refused(ErrorCode.INVALID_ARGUMENT, "needs a session", put().setSession(0)),
                refused(
                        ErrorCode.INVALID_ARGUMENT,
                        "client id",
                        put().setSession(0).setClientId(KEY)),
                refused(
                        ErrorCode.INVALID_ARGUMENT,
                        "not all 0",
                        put().setSession(0).setClientId(ByteString.copyFrom(new byte[16]))),
                refused(ErrorCode.INVALID_ARGUMENT, "numbered from 1", put().setSequence(0)),
                refused(ErrorCode.INVALID_ARGUMENT, "floor is 3", put().setFloor(3)),
                refused(
                        ErrorCode.INVALID_ARGUMENT,
                        "needs the session",
                        write(
                                        OperationType.OPERATION_TYPE_RESOLVE,
                                        ResolveOp.newBuilder().setSequence(1))
                                .setSession(0)),
                refused(
                        ErrorCode.INVALID_ARGUMENT,
                        "no sequence to resolve",
                        write(OperationType.OPERATION_TYPE_RESOLVE, ResolveOp.newBuilder())),
                refused(
                        ErrorCode.INVALID_ARGUMENT,
                        "client id of 1 bytes",
                        write(
                                OperationType.OPERATION_TYPE_OPEN,
                                OpenOp.newBuilder().setClientId(KEY))),
                refused(
                        ErrorCode.INVALID_ARGUMENT,
                        "consistency is 3",
                        read(
                                        OperationType.OPERATION_TYPE_GET,
                                        GetOp.newBuilder().setKey(KEY))
                                .setConsistencyValue(3)),
                refused(ErrorCode.KEY_EMPTY, "0 bytes", read(OperationType.OPERATION_TYPE_GET, GetOp.newBuilder())),
                refused(
                        ErrorCode.INVALID_ARGUMENT,
                        "0 keys",
                        read(OperationType.OPERATION_TYPE_MULTI_GET, MultiGetOp.newBuilder())),
                refused(
                        ErrorCode.SCAN_LIMIT_INVALID,
                        "1001",
                        read(
                                OperationType.OPERATION_TYPE_SCAN,
                                ScanOp.newBuilder().setLimit(1001))),
                refused(
                        ErrorCode.SCAN_LIMIT_INVALID,
                        "byte limit is 1048577",
                        read(
                                OperationType.OPERATION_TYPE_SCAN,
                                ScanOp.newBuilder().setByteLimit(1048577))),
                refused(
                        ErrorCode.OPERATION_UNSUPPORTED,
                        "CREATE_SHARD, which servers send only to themselves",
                        write(OperationType.OPERATION_TYPE_CREATE_SHARD, CreateShardOp.newBuilder())),
                refused(
                        ErrorCode.OPERATION_UNSUPPORTED,
                        "EXPIRE",
                        write(OperationType.OPERATION_TYPE_EXPIRE, ExpireOp.newBuilder())),
                refused(ErrorCode.OPERATION_UNSUPPORTED, "SPLIT_BEGIN", put().setTypeValue(71)),
                refused(ErrorCode.OPERATION_UNSUPPORTED, "type is 0", put().setTypeValue(0)),
                refused(ErrorCode.OPERATION_UNSUPPORTED, "type is 999", put().setTypeValue(999)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("requestsThatAreWrongInThemselves")
    void refusesWhatIsWrongInItselfAndNamesIt(ErrorCode code, String words, Request request) {
        TestStream stream = door.stream();

        stream.send(request);
        Reply reply = stream.awaitReply();

        assertRefused(reply, code);
        assertThat(reply.getMessage()).startsWith(code.name() + ": ").contains(words);
        assertThat(door.replica.undecided()).isZero();
        assertThat(door.execute(request))
                .as("the unary call")
                .isEqualTo(reply.toBuilder().clearLoad().build());
    }

    @Test
    void refusesUnknownShardsWithTheRecordOfTheMap() {
        door.shardMap.set(mapOfTwoShards());

        Reply reply = door.execute(put().setShard(2).build());

        assertRefused(reply, ErrorCode.UNKNOWN_SHARD);
        assertThat(reply.getNewerRecord().getShard()).isEqualTo(2);
        assertRefused(door.execute(put().setShard(77).build()), ErrorCode.UNKNOWN_SHARD);
    }

    @Test
    void refusesAnotherIncarnation() {
        Reply reply = door.execute(put().setIncarnation(9).build());

        assertRefused(reply, ErrorCode.STALE_INCARNATION);
        assertThat(reply.getMessage()).contains("incarnation 9").contains("here is 1");
    }

    @Test
    void refusesKeysOfOtherShardsWithTheRecordOfTheirShard() {
        door.shardMap.set(mapOfTwoShards());
        door.replica.state().setMeta(withRange(mapOfTwoShards().shards().get(0).range()));
        byte[] inside = keyInside(mapOfTwoShards().shards().get(0).range());
        byte[] outside = keyInside(mapOfTwoShards().shards().get(1).range());

        Reply write = door.execute(put(outside).build());
        Reply read = door.execute(get(outside).build());

        assertRefused(write, ErrorCode.NOT_RESPONSIBLE);
        assertRefused(read, ErrorCode.NOT_RESPONSIBLE);
        assertThat(write.getNewerRecord().getShard()).isEqualTo(2);
        assertThat(read.getNewerRecord().getShard()).isEqualTo(2);
        assertThat(door.execute(get(inside).build()).getCode()).isEqualTo(ErrorCode.KEY_NOT_FOUND.number());
    }

    @Test
    void anOldEpochAloneIsNoReasonToRefuse() {
        door.shardMap.set(mapOfTwoShards());
        door.replica.state().setMeta(withRange(mapOfTwoShards().shards().get(0).range()));
        byte[] inside = keyInside(mapOfTwoShards().shards().get(0).range());
        byte[] outside = keyInside(mapOfTwoShards().shards().get(1).range());

        Reply kept = door.execute(get(inside).setRangeEpoch(0).build());
        Reply movedAway = door.execute(get(outside).setRangeEpoch(0).build());

        assertThat(kept.getCode()).isEqualTo(ErrorCode.KEY_NOT_FOUND.number());
        assertRefused(movedAway, ErrorCode.NOT_RESPONSIBLE);
    }

    @Test
    void refusesABatchWhoseKeysLieOnSeveralShards() {
        door.replica.state().setMeta(withRange(mapOfTwoShards().shards().get(0).range()));
        BatchOp batch = BatchOp.newBuilder()
                .addItems(putItem(keyInside(mapOfTwoShards().shards().get(0).range())))
                .addItems(putItem(keyInside(mapOfTwoShards().shards().get(1).range())))
                .build();

        assertRefused(
                door.execute(write(OperationType.OPERATION_TYPE_BATCH, batch.toBuilder())
                        .build()),
                ErrorCode.BATCH_SPANS_SHARDS);
    }

    @Test
    void sendsWritesOfAFollowerToItsLeader() {
        door.replica.loseLeadership(FakeReplica.OTHER);

        Reply reply = door.execute(put().build());

        assertRefused(reply, ErrorCode.NOT_LEADER);
        assertThat(reply.getLeaderHint()).isEqualTo(FakeReplica.OTHER.value());
        assertThat(reply.hasNewerRecord()).isFalse();
    }

    @Test
    void givesAFollowersCallerARecordItCannotKnow() {
        door.shardMap.set(mapOfTwoShards());
        door.replica.loseLeadership(null);

        Reply reply = door.execute(put().setRangeEpoch(0).build());

        assertRefused(reply, ErrorCode.NOT_LEADER);
        assertThat(reply.getLeaderHint()).isZero();
        assertThat(reply.getNewerRecord().getShard()).isEqualTo(1);
    }

    @Test
    void refusesWritesWhileTheLeaderIsNotReady() {
        door.replica.setReady(false);

        Reply reply = door.execute(put().build());

        assertRefused(reply, ErrorCode.LEADER_NOT_READY);
        assertThat(reply.getRetryAfterMillis()).isPositive();
    }

    @Test
    void refusesWritesBeforeTheShardsFirstEntry() {
        door.replica.state().setMeta(null);

        assertRefused(door.execute(put().build()), ErrorCode.LEADER_NOT_READY);
        assertRefused(door.execute(get(new byte[] {1}).build()), ErrorCode.UNAVAILABLE);
    }

    @Test
    void refusesWhenTheReplicaDoesNotRun() {
        door.replica.setRunning(false);

        assertRefused(door.execute(put().build()), ErrorCode.UNAVAILABLE);
    }

    @Test
    void refusesReadsThatTheBarrierRefuses() {
        door.barrier.refuse(ErrorCode.NOT_LEADER, FakeReplica.OTHER);
        Reply notLeader = door.execute(get(new byte[] {1}).build());
        door.barrier.refuse(ErrorCode.READ_NOT_CONFIRMED, null);

        assertRefused(notLeader, ErrorCode.NOT_LEADER);
        assertThat(notLeader.getLeaderHint()).isEqualTo(FakeReplica.OTHER.value());
        assertRefused(door.execute(get(new byte[] {1}).build()), ErrorCode.READ_NOT_CONFIRMED);
    }

    @Test
    void refusesReadsOfAReplicaThatWasClosed() {
        door.replica.state().close();

        assertRefused(door.execute(get(new byte[] {1}).build()), ErrorCode.REPLICA_FAILED);
        assertRefused(door.execute(put().build()), ErrorCode.REPLICA_FAILED);
        door.replica.setRunning(false);
        assertRefused(door.execute(get(new byte[] {1}).build()), ErrorCode.STARTING);
    }

    @Test
    void refusesNewSessionsOfAFullTable() {
        door.replica.setStats(new EngineStats(0, 0, Limits.MAX_SESSIONS, 0, 0, 0));

        Reply opening =
                door.execute(put().setSession(0).setClientId(DoorHarness.CLIENT).build());
        Reply open = door.execute(
                write(OperationType.OPERATION_TYPE_OPEN, OpenOp.newBuilder().setClientId(DoorHarness.CLIENT))
                        .build());

        assertRefused(opening, ErrorCode.TOO_MANY_SESSIONS);
        assertRefused(open, ErrorCode.TOO_MANY_SESSIONS);
        assertThat(open.getRetryAfterMillis()).isEqualTo(DoorHarness.SETTINGS.retryAfterMillis());
    }

    @Test
    void refusesWritesThatWouldGrowAFullTableOfResults() {
        door.replica.setStats(new EngineStats(0, 0, 1, Limits.MAX_SESSION_BYTES, 0, 0));
        door.replica.applyAtOnce();

        assertRefused(door.execute(put().setSequence(5).setFloor(4).build()), ErrorCode.SESSION_TABLE_FULL);
        // Its result takes the place of all earlier ones: without such writes the table could never shrink.
        assertThat(door.execute(put().setSequence(5).setFloor(5).build()).getCode())
                .isZero();
    }

    @Test
    void refusesEverythingWhileItStartsAndWhileItStops() {
        door.service.setState(ServingState.STARTING);
        Reply starting = door.execute(get(new byte[] {1}).build());
        door.service.setState(ServingState.STOPPING);

        assertRefused(starting, ErrorCode.STARTING);
        assertRefused(door.execute(put().build()), ErrorCode.SHUTTING_DOWN);
    }

    @Test
    void refusesWhenTheShardsQueueIsFull() {
        TestStream stream = door.stream();
        for (int i = 1; i <= 1_200; i++) {
            stream.send(put().setId(i).setSequence(i).build());
        }

        Reply reply = stream.awaitReply();

        assertRefused(reply, ErrorCode.SHARD_QUEUE_FULL);
        assertThat(reply.getRetryAfterMillis()).isEqualTo(DoorHarness.SETTINGS.retryAfterMillis());
    }

    @Test
    void dropsAWriteWhoseBudgetEndsInTheQueue() {
        TestStream stream = door.stream();
        stream.send(put().setId(1).setSequence(1).build());
        stream.send(put().setId(2).setSequence(2).setBudgetMillis(30).build());

        Reply reply = stream.awaitReply();

        assertThat(reply.getId()).isEqualTo(2);
        assertRefused(reply, ErrorCode.DEADLINE_EXCEEDED_NOT_APPLIED);
    }

    @Test
    void refusesManyKeysWhoseRecordsDoNotFitIntoAnAnswer() {
        MultiGetOp.Builder keys = MultiGetOp.newBuilder();
        for (byte i = 0; i < 3; i++) {
            door.replica.state().store(new byte[] {i}, new byte[600_000]);
            keys.addKeys(ByteString.copyFrom(new byte[] {i}));
        }

        Reply reply =
                door.execute(read(OperationType.OPERATION_TYPE_MULTI_GET, keys).build());

        assertRefused(reply, ErrorCode.FRAME_TOO_LARGE);
        assertThat(reply.getMessage()).contains("3 keys").contains("1048576");
    }

    private static void assertRefused(Reply reply, ErrorCode code) {
        assertThat(ErrorCode.ofNumber(reply.getCode())).as("code of %s", reply).isEqualTo(code);
        assertThat(reply.getNotProposed()).as("not proposed").isTrue();
        assertThat(reply.getMessage()).startsWith(code.name() + ": ");
    }

    private static Arguments refused(ErrorCode code, String words, Request.Builder request) {
        return Arguments.of(code, words, request.build());
    }

    private static Request.Builder write(OperationType type, MessageLite.Builder body) {
        return request(1, type, body.build()).setSession(5).setSequence(1);
    }

    private static Request.Builder read(OperationType type, MessageLite.Builder body) {
        return request(1, type, body.build());
    }

    private static Request.Builder put() {
        return put("k".getBytes(StandardCharsets.UTF_8));
    }

    private static Request.Builder put(byte[] key) {
        return write(OperationType.OPERATION_TYPE_PUT, PutOp.newBuilder().setKey(ByteString.copyFrom(key)));
    }

    private static Request.Builder get(byte[] key) {
        return read(OperationType.OPERATION_TYPE_GET, GetOp.newBuilder().setKey(ByteString.copyFrom(key)));
    }

    private static BatchOp.Builder batchOf(int items, int valueBytes) {
        BatchOp.Builder batch = BatchOp.newBuilder();
        PutOp put = PutOp.newBuilder()
                .setKey(KEY)
                .setValue(ByteString.copyFrom(new byte[valueBytes]))
                .build();
        for (int i = 0; i < items; i++) {
            batch.addItems(BatchItem.newBuilder().setPut(put));
        }
        return batch;
    }

    private static BatchItem putItem(byte[] key) {
        return BatchItem.newBuilder()
                .setDelete(DeleteOp.newBuilder().setKey(ByteString.copyFrom(key)))
                .build();
    }

    private ShardMeta withRange(TokenRange range) {
        ShardMeta old = Objects.requireNonNull(door.replica.state().meta());
        return new ShardMeta(old.shard(), old.lineage(), old.incarnation(), range, 2, 1, 0, 0, 0, 1, false, 0);
    }

    private ShardMap mapOfTwoShards() {
        Token middle = new Token(Long.MAX_VALUE);
        TokenRange low = new TokenRange(Token.MAX, middle);
        TokenRange high = new TokenRange(middle, Token.MAX);
        return new ShardMap(DoorHarness.CLUSTER, 4, 1, List.of(record(1, low), record(2, high)), List.of(), List.of());
    }

    private ShardRecord record(int shard, TokenRange range) {
        ReplicaRecord replica = new ReplicaRecord(FakeReplica.OTHER, ReplicaRole.VOTER);
        return new ShardRecord(
                new ShardId(shard), door.replica.group(), 1, range, 2, 1, List.of(replica), FakeReplica.OTHER);
    }

    private static byte[] keyInside(TokenRange range) {
        for (byte i = 0; ; i++) {
            byte[] key = {'k', i};
            if (range.contains(KeyHash.token(key))) {
                return key;
            }
        }
    }
}
