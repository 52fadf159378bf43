package io.ringkv.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryEncoderTest {

    private static final EntryHeader HEADER = new EntryHeader(1, 7, 3, 11, 123_456, 1_700_000_000_000L, 0xfeedL);

    @Test
    void whatIsAddedIsReadBackInOrder() throws Exception {
        EntryEncoder encoder = new EntryEncoder();
        byte[] frame = "xxbodyyy".getBytes(StandardCharsets.US_ASCII);
        encoder.addOpening(LogOperationType.PUT, 0x1122334455667788L, -1, 600_000, 1, 1, frame, 2, 4);
        encoder.add(LogOperationType.RESOLVE, 5, 9, 8, frame, 0, 0);
        encoder.add(LogOperationType.EXPIRE, new byte[] {1});

        LogEntry entry = LogEntry.parse(encoder.finish(HEADER));

        assertThat(entry.header()).isEqualTo(HEADER);
        assertThat(entry.count()).isEqualTo(3);
        assertThat(describe(entry))
                .containsExactly(
                        "PUT opening=1122334455667788/ffffffffffffffff idle=600000 session=0 seq=1 floor=1 body=body",
                        "RESOLVE session=5 seq=9 floor=8 body=",
                        "EXPIRE session=0 seq=0 floor=0 body=\u0001");
    }

    @Test
    void knowsItsSizeBeforeItIsFinished() {
        EntryEncoder encoder = new EntryEncoder();
        assertThat(encoder.sizeBytes()).isEqualTo(encoder.finish(HEADER).length);

        encoder.add(LogOperationType.PUT, 1, 1L << 40, 300, new byte[1000], 0, 1000);
        encoder.addOpening(LogOperationType.DELETE, 1, 2, 0, 1, 1, new byte[10], 0, 10);
        int announced = encoder.sizeBytes();

        assertThat(encoder.finish(HEADER)).hasSize(announced);
    }

    @Test
    void isEmptyAgainAfterFinish() throws Exception {
        EntryEncoder encoder = new EntryEncoder();
        encoder.add(LogOperationType.PUT, 1, 1, 1, new byte[3], 0, 3);
        encoder.finish(HEADER);

        assertThat(encoder.count()).isZero();
        assertThat(LogEntry.parse(encoder.finish(HEADER)).count()).isZero();
    }

    @Test
    void refusesTypesInTheWrongPlace() {
        EntryEncoder encoder = new EntryEncoder();
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.add(LogOperationType.PUT, new byte[0]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.add(LogOperationType.FENCE, 1, 1, 1, new byte[0], 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.addOpening(LogOperationType.RESOLVE, 1, 1, 0, 1, 1, new byte[0], 0, 0));
        assertThat(encoder.count()).isZero();
    }

    @Test
    void refusesMoreOperationsThanAnEntryMayHold() {
        EntryEncoder encoder = new EntryEncoder();
        for (int i = 0; i < LogFormat.MAX_OPERATIONS; i++) {
            encoder.add(LogOperationType.OPEN, new byte[0]);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.add(LogOperationType.OPEN, new byte[0]));
    }

    @Test
    void anyOperationsSurviveTheRoundTrip() throws Exception {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            EntryEncoder encoder = new EntryEncoder();
            List<String> expected = new ArrayList<>();
            int count = random.nextInt(200);
            for (int i = 0; i < count; i++) {
                expected.add(addRandom(encoder, random));
            }

            LogEntry entry = LogEntry.parse(encoder.finish(HEADER));

            assertThat(describe(entry)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    private static String addRandom(EntryEncoder encoder, Random random) {
        LogOperationType[] types = LogOperationType.values();
        LogOperationType type = types[random.nextInt(types.length)];
        byte[] array = new byte[random.nextInt(50)];
        for (int i = 0; i < array.length; i++) {
            array[i] = (byte) ('a' + random.nextInt(26));
        }
        int offset = array.length == 0 ? 0 : random.nextInt(array.length);
        int length = array.length - offset;
        String body = "body=" + new String(array, offset, length, StandardCharsets.US_ASCII);
        long a = random.nextLong() >>> random.nextInt(64);
        long b = random.nextLong() >>> random.nextInt(64);
        long c = random.nextLong() >>> random.nextInt(64);
        if (!type.inSession()) {
            encoder.add(type, array, offset, length);
            return type + " session=0 seq=0 floor=0 " + body;
        }
        if (type.isWrite() && random.nextBoolean()) {
            encoder.addOpening(type, ~a, ~b, a, b, c, array, offset, length);
            return String.format(
                    "%s opening=%016x/%016x idle=%d session=0 seq=%d floor=%d %s", type, ~a, ~b, a, b, c, body);
        }
        encoder.add(type, a, b, c, array, offset, length);
        return type + " session=" + a + " seq=" + b + " floor=" + c + " " + body;
    }

    static List<String> describe(LogEntry entry) {
        List<String> lines = new ArrayList<>();
        OperationCursor cursor = entry.operations();
        while (cursor.next()) {
            String opening = cursor.opening()
                    ? String.format(
                            " opening=%016x/%016x idle=%d",
                            cursor.clientHigh(), cursor.clientLow(), cursor.idleMillis())
                    : "";
            String body =
                    new String(cursor.array(), cursor.bodyOffset(), cursor.bodyLength(), StandardCharsets.ISO_8859_1);
            lines.add(cursor.type() + opening + " session=" + cursor.session() + " seq=" + cursor.sequence() + " floor="
                    + cursor.floor() + " body=" + body);
        }
        return lines;
    }
}
