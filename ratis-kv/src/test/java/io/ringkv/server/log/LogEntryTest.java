package io.ringkv.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.rpc.OperationType;
import io.ringkv.server.log.EntryFormatException.Reason;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Feared: a replica that skips or misreads what others apply. Every doubt must end in a named refusal. */
class LogEntryTest {

    private static final EntryHeader HEADER = new EntryHeader(1, 7, 3, 11, 123_456, 1_700_000_000_000L, 0xfeedL);
    private static final int FORMAT_AT = 4;
    private static final int HEADER_LENGTH_AT = 6;
    private static final int FLAGS_AT = 8;
    private static final int LEVEL_AT = 16;
    private static final int COUNT_AT = 28;
    private static final int TYPE_AT = LogFormat.HEADER_BYTES;
    private static final int OPERATION_FLAGS_AT = LogFormat.HEADER_BYTES + 2;
    private static final int LENGTH_AT = LogFormat.HEADER_BYTES + 4;

    @Test
    void everySingleBitFlipIsRefused() {
        byte[] entry = entry();
        for (int bit = 0; bit < entry.length * 8; bit++) {
            byte[] damaged = entry.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> LogEntry.parse(damaged))
                    .as("bit %d", bit)
                    .isInstanceOf(EntryFormatException.class);
        }
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] entry = entry();
        for (int length = 0; length < entry.length; length++) {
            byte[] cut = Arrays.copyOf(entry, length);
            assertThatThrownBy(() -> LogEntry.parse(cut)).isInstanceOf(EntryFormatException.class);
        }
    }

    @Test
    void refusalsNameTheReason() {
        assertReason(Reason.NOT_AN_ENTRY, e -> e[0] = 0);
        assertReason(Reason.UNKNOWN_FORMAT, e -> e[FORMAT_AT + 1] = 2);
        assertReason(Reason.UNKNOWN_FLAGS, e -> e[FLAGS_AT] = 1);
        assertReason(Reason.UNKNOWN_LEVEL, e -> e[LEVEL_AT + 3] = 2);
        assertReason(Reason.UNKNOWN_LEVEL, e -> e[LEVEL_AT + 3] = 0);
        assertReason(Reason.UNKNOWN_FLAGS, e -> e[OPERATION_FLAGS_AT] = 1);
        assertReason(Reason.INCONSISTENT, e -> e[HEADER_LENGTH_AT + 1] = 63);
        assertReason(Reason.INCONSISTENT, e -> e[COUNT_AT + 3] = 3);
        assertReason(Reason.INCONSISTENT, e -> e[COUNT_AT + 3] = 1);
        assertReason(Reason.INCONSISTENT, e -> e[COUNT_AT] = -1);
        assertReason(Reason.INCONSISTENT, e -> e[LENGTH_AT] = -1);
        assertReason(Reason.INCONSISTENT, e -> e[LENGTH_AT + 3] = 2);
        assertReason(Reason.INCONSISTENT, e -> e[OPERATION_FLAGS_AT + 1] = 0);
        assertThatThrownBy(() -> LogEntry.parse(new byte[0])).hasMessageStartingWith("NOT_AN_ENTRY: ");
    }

    @Test
    void everyTypeThatIsNotOfThisReleaseStopsTheReplica() throws Exception {
        for (int number = 0; number <= 300; number++) {
            byte[] entry = entry();
            int type = number;
            patch(entry, e -> {
                e[TYPE_AT] = (byte) (type >> 8);
                e[TYPE_AT + 1] = (byte) type;
            });
            LogOperationType known = LogOperationType.ofNumber(number);
            if (known == null) {
                assertThatThrownBy(() -> LogEntry.parse(entry))
                        .isInstanceOf(EntryFormatException.class)
                        .hasMessage("UNKNOWN_OPERATION: operation 0 is of type " + number);
            } else if (known.inSession()) {
                assertThat(LogEntry.parse(entry).count()).isEqualTo(2);
            }
        }
    }

    @Test
    void typesHaveTheNumbersOfTheProtocol() {
        for (LogOperationType type : LogOperationType.values()) {
            assertThat(OperationType.forNumber(type.number()).name()).isEqualTo("OPERATION_TYPE_" + type);
        }
    }

    @Test
    void aLongerHeaderIsPassedOver() throws Exception {
        byte[] entry = entry();
        byte[] longer = new byte[entry.length + 5];
        System.arraycopy(entry, 0, longer, 0, LogFormat.HEADER_BYTES);
        System.arraycopy(
                entry,
                LogFormat.HEADER_BYTES,
                longer,
                LogFormat.HEADER_BYTES + 5,
                entry.length - LogFormat.HEADER_BYTES);
        patch(longer, e -> e[HEADER_LENGTH_AT + 1] = LogFormat.HEADER_BYTES + 5);

        assertThat(EntryEncoderTest.describe(LogEntry.parse(longer)))
                .isEqualTo(EntryEncoderTest.describe(LogEntry.parse(entry)));
    }

    private static void assertReason(Reason reason, Consumer<byte[]> change) {
        byte[] entry = entry();
        patch(entry, change);
        assertThatThrownBy(() -> LogEntry.parse(entry))
                .isInstanceOfSatisfying(
                        EntryFormatException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    /** Changes an entry and gives it the checksum of the changed bytes, as a faulty or newer proposer would. */
    private static void patch(byte[] entry, Consumer<byte[]> change) {
        change.accept(entry);
        ByteWriter writer = new ByteWriter(0);
        writer.writeInt(LogFormat.checksum(entry));
        System.arraycopy(writer.toByteArray(), 0, entry, LogFormat.CRC_OFFSET, Integer.BYTES);
    }

    private static byte[] entry() {
        EntryEncoder encoder = new EntryEncoder();
        encoder.add(LogOperationType.PUT, 5, 9, 8, new byte[] {1, 2, 3}, 0, 3);
        encoder.add(LogOperationType.DELETE, 5, 10, 8, new byte[] {4}, 0, 1);
        return encoder.finish(HEADER);
    }
}
