package io.ringkv.server.door;

import static io.ringkv.server.door.DoorHarness.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.rpc.BatchItem;
import io.ringkv.rpc.BatchOp;
import io.ringkv.rpc.CompareAndSetOp;
import io.ringkv.rpc.DeleteOp;
import io.ringkv.rpc.GetOp;
import io.ringkv.rpc.IncrementOp;
import io.ringkv.rpc.OpenOp;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.PutOp;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A full disk must stop what needs space, and only that: whoever wants to delete must be able to. */
class DoorDiskFullTest {
    private static final ByteString KEY = ByteString.copyFromUtf8("k");
    private static final PutOp PUT =
            PutOp.newBuilder().setKey(KEY).setValue(KEY).build();
    private static final DeleteOp DELETE = DeleteOp.newBuilder().setKey(KEY).build();
    private static final IncrementOp INCREMENT =
            IncrementOp.newBuilder().setKey(KEY).setDelta(1).build();
    private static final CompareAndSetOp SET = CompareAndSetOp.newBuilder()
            .setKey(KEY)
            .setExpectedAbsent(true)
            .setValue(KEY)
            .build();
    private static final CompareAndSetOp SET_ABSENT = CompareAndSetOp.newBuilder()
            .setKey(KEY)
            .setExpectedValue(KEY)
            .setDelete(true)
            .build();

    private DoorHarness door;

    @BeforeEach
    void open() throws Exception {
        door = new DoorHarness();
        door.replica.applyAtOnce();
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    static Stream<Arguments> growth() {
        return Stream.of(
                Arguments.of(OperationType.OPERATION_TYPE_PUT, PUT),
                Arguments.of(OperationType.OPERATION_TYPE_INCREMENT, INCREMENT),
                Arguments.of(OperationType.OPERATION_TYPE_COMPARE_AND_SET, SET),
                Arguments.of(
                        OperationType.OPERATION_TYPE_BATCH,
                        batch(
                                BatchItem.newBuilder().setDelete(DELETE),
                                BatchItem.newBuilder().setPut(PUT))));
    }

    static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of(OperationType.OPERATION_TYPE_DELETE, DELETE),
                Arguments.of(OperationType.OPERATION_TYPE_COMPARE_AND_SET, SET_ABSENT),
                Arguments.of(
                        OperationType.OPERATION_TYPE_BATCH,
                        batch(BatchItem.newBuilder().setDelete(DELETE))),
                Arguments.of(OperationType.OPERATION_TYPE_OPEN, OpenOp.getDefaultInstance()),
                Arguments.of(
                        OperationType.OPERATION_TYPE_GET,
                        GetOp.newBuilder().setKey(KEY).build()));
    }

    @ParameterizedTest
    @MethodSource("growth")
    void refusesWhatNeedsSpace(OperationType type, MessageLite body) {
        fill(90);

        Reply reply = ask(type, body);

        assertThat(ErrorCode.ofNumber(reply.getCode())).isEqualTo(ErrorCode.READ_ONLY);
        assertThat(reply.getNotProposed()).isTrue();
        assertThat(reply.getMessage()).contains("90.0 %", "100 of 1000 bytes", "88 %");
    }

    @ParameterizedTest
    @MethodSource("others")
    void takesWhatNeedsNone(OperationType type, MessageLite body) {
        fill(99);

        assertThat(ErrorCode.ofNumber(ask(type, body).getCode())).isNotEqualTo(ErrorCode.READ_ONLY);
    }

    @Test
    void takesGrowthAgainOnceThereIsSpace() {
        fill(95);
        assertThat(ask(OperationType.OPERATION_TYPE_PUT, PUT).getCode()).isEqualTo(ErrorCode.READ_ONLY.number());

        fill(89);
        assertThat(ask(OperationType.OPERATION_TYPE_PUT, PUT).getCode()).isEqualTo(ErrorCode.READ_ONLY.number());

        fill(88);
        assertThat(ask(OperationType.OPERATION_TYPE_PUT, PUT).getCode()).isZero();
    }

    private void fill(int percent) {
        door.space.use(percent);
        door.disk.look();
    }

    private Reply ask(OperationType type, MessageLite body) {
        Request.Builder request = request(1, type, body).setSession(5).setSequence(1);
        if (type == OperationType.OPERATION_TYPE_OPEN || type == OperationType.OPERATION_TYPE_GET) {
            request.clearSession().clearSequence();
        }
        return door.execute(request.build());
    }

    private static BatchOp batch(BatchItem.Builder... items) {
        BatchOp.Builder batch = BatchOp.newBuilder();
        List.of(items).forEach(batch::addItems);
        return batch.build();
    }
}
