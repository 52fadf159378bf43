package io.ringkv.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GoldenEntriesTest {

    @Test
    void goldenEntriesAreReadAndWrittenAgainByteForByte() throws Exception {
        for (GoldenEntries.Golden golden : GoldenEntries.ofLevel(1)) {
            LogEntry entry = LogEntry.parse(golden.bytes());
            EntryEncoder encoder = new EntryEncoder();
            OperationCursor cursor = entry.operations();
            while (cursor.next()) {
                add(encoder, cursor);
            }
            assertThat(encoder.finish(entry.header())).as(golden.name()).isEqualTo(golden.bytes());
        }
    }

    @Test
    void goldenEntriesShowEveryType() throws Exception {
        Set<LogOperationType> seen = EnumSet.noneOf(LogOperationType.class);
        for (GoldenEntries.Golden golden : GoldenEntries.ofLevel(1)) {
            OperationCursor cursor = LogEntry.parse(golden.bytes()).operations();
            while (cursor.next()) {
                seen.add(cursor.type());
            }
        }
        assertThat(seen).containsExactly(LogOperationType.values());
    }

    private static void add(EntryEncoder encoder, OperationCursor cursor) {
        if (cursor.opening()) {
            encoder.addOpening(
                    cursor.type(),
                    cursor.clientHigh(),
                    cursor.clientLow(),
                    cursor.idleMillis(),
                    cursor.sequence(),
                    cursor.floor(),
                    cursor.array(),
                    cursor.bodyOffset(),
                    cursor.bodyLength());
        } else if (cursor.type().inSession()) {
            encoder.add(
                    cursor.type(),
                    cursor.session(),
                    cursor.sequence(),
                    cursor.floor(),
                    cursor.array(),
                    cursor.bodyOffset(),
                    cursor.bodyLength());
        } else {
            encoder.add(cursor.type(), cursor.array(), cursor.bodyOffset(), cursor.bodyLength());
        }
    }
}
