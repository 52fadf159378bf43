package io.ringkv.server.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.BatchItem;
import io.ringkv.rpc.BatchOp;
import io.ringkv.rpc.CloseOp;
import io.ringkv.rpc.CompareAndSetOp;
import io.ringkv.rpc.DeleteOp;
import io.ringkv.rpc.GetOp;
import io.ringkv.rpc.IncrementOp;
import io.ringkv.rpc.MultiGetOp;
import io.ringkv.rpc.OpenOp;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.PutOp;
import io.ringkv.rpc.ResolveOp;
import io.ringkv.rpc.ScanOp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationBodyTest {
    private record Sample(OperationType type, Message message, Parser<? extends Message> parser) {}

    private static final List<Sample> SAMPLES = makeSamples();

    @Test
    void findsTheKeysOfAllItemsOfABatch() {
        BatchOp batch = BatchOp.newBuilder()
                .addItems(BatchItem.newBuilder()
                        .setPut(PutOp.newBuilder().setKey(text("a")).setValue(text("v"))))
                .addItems(BatchItem.newBuilder().setDelete(DeleteOp.newBuilder().setKey(text("bb"))))
                .addItems(BatchItem.newBuilder()
                        .setCompareAndSet(CompareAndSetOp.newBuilder()
                                .setKey(text("ccc"))
                                .setExpectedValue(ByteString.EMPTY)
                                .setDelete(true)))
                .addItems(BatchItem.newBuilder()
                        .setIncrement(IncrementOp.newBuilder().setKey(text("d"))))
                .build();

        OperationBody body = read(OperationType.OPERATION_TYPE_BATCH, batch.toByteArray(), 3);

        assertThat(keysOf(body)).containsExactly(text("a"), text("bb"), text("ccc"), text("d"));
    }

    /** Whatever is let in must be what protobuf reads too, nothing more and nothing less: replicas will. */
    @RepeatedTest(40)
    void letsNothingInThatProtobufWouldReadInAnotherWay(RepetitionInfo repetition) throws Exception {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        int letIn = 0;
        for (int round = 0; round < 2_000; round++) {
            Sample sample = SAMPLES.get(random.nextInt(SAMPLES.size()));
            byte[] bytes = damaged(sample.message().toByteArray(), random);
            OperationBody body;
            try {
                body = read(sample.type(), bytes, random.nextInt(5));
            } catch (RingKvException e) {
                assertThat(e.family()).as("seed %d, round %d", seed, round).isEqualTo(ErrorFamily.INVALID_ARGUMENT);
                continue;
            }
            letIn++;
            Message parsed = sample.parser().parseFrom(bytes);
            assertThat(parsed.getUnknownFields().asMap())
                    .as("seed %d, round %d", seed, round)
                    .isEmpty();
            assertThat(keysOf(body))
                    .as("seed %d, round %d: %s", seed, round, parsed)
                    .isEqualTo(keysOf(parsed));
        }
        assertThat(letIn).as("seed %d: some are still valid", seed).isPositive();
    }

    @ParameterizedTest(name = "start {0}, end {1}, prefix {2}: from {3} to {4}")
    @CsvSource(
            nullValues = "-",
            value = {
                "'', '', '', '', -",
                "a, c, '', a, c",
                "'', '', ab, ab, ac",
                "abc, '', ab, abc, ac",
                "a, b, ab, ab, ac",
                "aa, abb, ab, ab, abb",
            })
    void makesOneRangeOfPrefixStartAndEnd(String start, String end, String prefix, String from, @Nullable String to) {
        ScanFields scan = scan(ScanOp.newBuilder()
                .setStart(text(start))
                .setEnd(text(end))
                .setPrefix(text(prefix))
                .build());

        assertThat(scan.start()).asString().isEqualTo(from);
        byte[] expectedEnd = to == null ? null : to.getBytes(StandardCharsets.UTF_8);
        assertThat(scan.end()).isEqualTo(expectedEnd);
        assertThat(scan.empty()).isFalse();
    }

    @Test
    void knowsWhenAScanHoldsNothing() {
        assertThat(scan(ScanOp.newBuilder()
                                .setStart(text("c"))
                                .setEnd(text("b"))
                                .build())
                        .empty())
                .isTrue();
        assertThat(scan(ScanOp.newBuilder()
                                .setStart(text("c"))
                                .setPrefix(text("b"))
                                .build())
                        .empty())
                .isTrue();
    }

    @Test
    void scansToTheEndBehindAPrefixOfHighestBytes() {
        ByteString highest = ByteString.copyFrom(new byte[] {(byte) 0xFF, (byte) 0xFF});

        assertThat(scan(ScanOp.newBuilder().setPrefix(highest).build()).end()).isNull();
    }

    private static ScanFields scan(ScanOp op) {
        return read(OperationType.OPERATION_TYPE_SCAN, op.toByteArray(), 0).scan();
    }

    private static OperationBody read(OperationType type, byte[] bytes, int offset) {
        byte[] frame = new byte[offset + bytes.length + 3];
        System.arraycopy(bytes, 0, frame, offset, bytes.length);
        RequestHeader header = new RequestHeader(frame);
        header.bodyOffset = offset;
        header.bodyLength = bytes.length;
        return OperationBody.read(type, header);
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] copy = bytes.clone();
        for (int damage = random.nextInt(3); damage > 0 && copy.length > 0; damage--) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        }
        return copy;
    }

    private static List<ByteString> keysOf(OperationBody body) {
        return body.keys().stream().map(ByteString::copyFrom).toList();
    }

    private static List<ByteString> keysOf(Message message) {
        if (message instanceof PutOp put) {
            return List.of(put.getKey());
        } else if (message instanceof DeleteOp delete) {
            return List.of(delete.getKey());
        } else if (message instanceof CompareAndSetOp compareAndSet) {
            return List.of(compareAndSet.getKey());
        } else if (message instanceof IncrementOp increment) {
            return List.of(increment.getKey());
        } else if (message instanceof GetOp get) {
            return List.of(get.getKey());
        } else if (message instanceof MultiGetOp multiGet) {
            return multiGet.getKeysList();
        } else if (message instanceof BatchOp batch) {
            return batch.getItemsList().stream()
                    .flatMap(item -> keysOf(operationOf(item)).stream())
                    .toList();
        }
        return List.of();
    }

    private static Message operationOf(BatchItem item) {
        return switch (item.getOperationCase()) {
            case PUT -> item.getPut();
            case DELETE -> item.getDelete();
            case COMPARE_AND_SET -> item.getCompareAndSet();
            case INCREMENT -> item.getIncrement();
            case OPERATION_NOT_SET -> throw new AssertionError("an item without operation was let in");
        };
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static List<Sample> makeSamples() {
        PutOp put = PutOp.newBuilder().setKey(text("put")).setValue(text("v")).build();
        DeleteOp delete = DeleteOp.newBuilder().setKey(text("delete")).build();
        CompareAndSetOp compareAndSet = CompareAndSetOp.newBuilder()
                .setKey(text("cas"))
                .setExpectedRevision(7)
                .setValue(text("value"))
                .build();
        CompareAndSetOp create = CompareAndSetOp.newBuilder()
                .setKey(text("new"))
                .setExpectedAbsent(true)
                .setDelete(true)
                .build();
        IncrementOp increment =
                IncrementOp.newBuilder().setKey(text("inc")).setDelta(-5).build();
        BatchOp batch = BatchOp.newBuilder()
                .addItems(BatchItem.newBuilder().setPut(put))
                .addItems(BatchItem.newBuilder().setCompareAndSet(compareAndSet))
                .addItems(BatchItem.newBuilder().setIncrement(increment))
                .build();
        GetOp get = GetOp.newBuilder().setKey(text("get")).setMetadataOnly(true).build();
        MultiGetOp multiGet =
                MultiGetOp.newBuilder().addKeys(text("m1")).addKeys(text("m2")).build();
        ScanOp scan = ScanOp.newBuilder()
                .setStart(text("s"))
                .setPrefix(text("p"))
                .setLimit(5)
                .setKeysOnly(true)
                .setByteLimit(50)
                .build();
        OpenOp open = OpenOp.newBuilder()
                .setClientId(DoorHarness.CLIENT)
                .setIdleMillis(5)
                .build();
        ResolveOp resolve = ResolveOp.newBuilder().setSequence(300).build();
        return List.of(
                new Sample(OperationType.OPERATION_TYPE_PUT, put, PutOp.parser()),
                new Sample(OperationType.OPERATION_TYPE_DELETE, delete, DeleteOp.parser()),
                new Sample(OperationType.OPERATION_TYPE_COMPARE_AND_SET, compareAndSet, CompareAndSetOp.parser()),
                new Sample(OperationType.OPERATION_TYPE_COMPARE_AND_SET, create, CompareAndSetOp.parser()),
                new Sample(OperationType.OPERATION_TYPE_INCREMENT, increment, IncrementOp.parser()),
                new Sample(OperationType.OPERATION_TYPE_BATCH, batch, BatchOp.parser()),
                new Sample(OperationType.OPERATION_TYPE_GET, get, GetOp.parser()),
                new Sample(OperationType.OPERATION_TYPE_MULTI_GET, multiGet, MultiGetOp.parser()),
                new Sample(OperationType.OPERATION_TYPE_SCAN, scan, ScanOp.parser()),
                new Sample(OperationType.OPERATION_TYPE_OPEN, open, OpenOp.parser()),
                new Sample(OperationType.OPERATION_TYPE_CLOSE, CloseOp.getDefaultInstance(), CloseOp.parser()),
                new Sample(OperationType.OPERATION_TYPE_RESOLVE, resolve, ResolveOp.parser()));
    }
}
