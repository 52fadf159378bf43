package io.ringkv.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.server.shard.DataRecord;
import io.ringkv.server.shard.InternalKey;
import io.ringkv.server.shard.ShardFixture;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads everything of a shard in every way and compares. */
final class Reads {

    private Reads() {}

    static void assertSameRecords(ShardReader reader, ShardFixture model) {
        List<String> expected = new ArrayList<>();
        List<byte[]> keys = new ArrayList<>();
        model.records().forEach((key, bytes) -> {
            DataRecord record = DataRecord.parse(bytes);
            keys.add(InternalKey.userKey(key));
            expected.add(text(new StoredRecord(
                    InternalKey.userKey(key),
                    record.value(),
                    record.createRevision(),
                    record.modRevision(),
                    record.version())));
        });
        assertThat(scanAll(reader, 37, Integer.MAX_VALUE)).isEqualTo(expected);
        assertThat(scanAll(reader, 1_000, 3_000)).isEqualTo(expected);
        List<String> got = new ArrayList<>();
        for (byte[] key : keys) {
            got.add(text(reader.get(key)));
        }
        assertThat(got).isEqualTo(expected);
        List<@Nullable StoredRecord> many = reader.multiGet(keys, Long.MAX_VALUE);
        assertThat(many).isNotNull();
        assertThat(many).extracting(Reads::text).isEqualTo(expected);
        assertThat(reader.get(ShardFixture.utf8("no such key"))).isNull();
    }

    static List<String> scanAll(ShardReader reader, int limit, int byteLimit) {
        List<String> found = new ArrayList<>();
        byte[] start = new byte[0];
        while (start != null) {
            ScanPage page = reader.scan(new ScanRange(start, null, limit, byteLimit, false));
            assertThat(page.records().size()).isLessThanOrEqualTo(limit);
            page.records().forEach(record -> found.add(text(record)));
            start = page.next();
        }
        return found;
    }

    static String text(@Nullable StoredRecord record) {
        return record == null
                ? "none"
                : new String(record.key(), java.nio.charset.StandardCharsets.UTF_8)
                        + "=" + java.util.Arrays.hashCode(record.value())
                        + " length " + record.value().length
                        + " create " + record.createRevision()
                        + " mod " + record.modRevision()
                        + " version " + record.version();
    }
}
