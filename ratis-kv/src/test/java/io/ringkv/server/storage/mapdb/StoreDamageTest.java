package io.ringkv.server.storage.mapdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.server.storage.ShardStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes of the mapped file change while the store is open: a read gives what was written, or fails. Never anything else. */
final class StoreDamageTest {
    private static final int SEEDS = 60;
    private static final int SOAK_SEEDS = 3_000;

    @TempDir
    private Path directory;

    @Test
    void neverReadsWhatWasNotWritten() throws IOException {
        assertThat(damage(0, SEEDS)).as("runs in which damage was noticed").isGreaterThan(SEEDS / 4);
    }

    @Test
    @Tag("soak")
    void neverReadsWhatWasNotWrittenInThousandsOfRuns() throws IOException {
        assertThat(damage(SEEDS, SEEDS + SOAK_SEEDS)).isGreaterThan(SOAK_SEEDS / 4);
    }

    /** Returns in how many runs a read or a scan failed. */
    private int damage(long from, long to) throws IOException {
        int noticed = 0;
        for (long seed = from; seed < to; seed++) {
            Path file = directory.resolve("store" + seed);
            ShardStore store = new MapDbStoreProvider(new MapDbOptions(1 << 20, 0)).create(file);
            try {
                noticed += noticesDamage(store, file, seed) ? 1 : 0;
            } finally {
                store.discard();
            }
        }
        return noticed;
    }

    private static boolean noticesDamage(ShardStore store, Path file, long seed) throws IOException {
        Random random = new Random(seed);
        Map<String, byte[]> written = new TreeMap<>();
        for (int i = 0; i < 400; i++) {
            String key = "key " + random.nextInt(300);
            byte[] record = new byte[random.nextInt(20) == 0 ? 3_000 : random.nextInt(60)];
            random.nextBytes(record);
            store.put(bytes(key), record);
            written.put(key, record);
        }
        changeBytes(file, random);
        boolean noticed = false;
        for (int i = 0; i < 310; i++) {
            noticed |= !reads(store, "key " + i, written.get("key " + i), seed);
        }
        return !scans(store, written, seed) || noticed;
    }

    /** One bit, a few bytes, or a page of zeros, where the file is in use. */
    private static void changeBytes(Path file, Random random) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            int length = random.nextInt(3) == 0 ? 4_096 : 1 + random.nextInt(8);
            ByteBuffer bytes = ByteBuffer.allocate(length);
            // Pages of 1 MiB: the first begins with the index of all records, the records come after it.
            long at = random.nextInt(4) == 0 ? random.nextInt(4_000) : (1 << 20) + random.nextInt(100_000);
            int read = channel.read(bytes, at);
            assertThat(read).isEqualTo(length);
            byte[] array = bytes.array();
            if (length == 4_096) {
                java.util.Arrays.fill(array, (byte) 0);
            } else if (random.nextBoolean()) {
                array[0] ^= (byte) (1 << random.nextInt(8));
            } else {
                random.nextBytes(array);
            }
            channel.write(ByteBuffer.wrap(array), at);
        }
    }

    private static boolean reads(ShardStore store, String key, byte @Nullable [] expected, long seed) {
        byte[] found;
        try {
            found = store.get(bytes(key));
        } catch (RuntimeException | AssertionError | InternalError e) {
            return false;
        }
        assertThat(found).as("seed %d, %s", seed, key).isEqualTo(expected);
        return true;
    }

    private static boolean scans(ShardStore store, Map<String, byte[]> expected, long seed) {
        Map<String, byte[]> found = new TreeMap<>();
        try {
            ShardStore.StoreCursor cursor = store.cursor(new byte[0]);
            while (cursor.next()) {
                found.put(new String(cursor.key(), StandardCharsets.UTF_8), cursor.record());
            }
        } catch (RuntimeException | AssertionError | InternalError e) {
            return false;
        }
        assertThat(found.keySet()).as("seed %d", seed).isEqualTo(expected.keySet());
        expected.forEach((key, record) ->
                assertThat(found.get(key)).as("seed %d, %s", seed, key).isEqualTo(record));
        return true;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
