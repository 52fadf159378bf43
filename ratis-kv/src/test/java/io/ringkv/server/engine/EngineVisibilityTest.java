package io.ringkv.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardFixture;
import io.ringkv.server.storage.MemoryStoreProvider;
import io.ringkv.server.storage.StoreProvider;
import io.ringkv.server.storage.mapdb.MapDbOptions;
import io.ringkv.server.storage.mapdb.MapDbStoreProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Readers race with one writer whose every entry sets ten keys to the same number, spread over several operations, while
 * snapshots are taken, drained and loaded. Feared: a read that sees half an entry, or an older one than a read before.
 */
class EngineVisibilityTest {

    private static final int KEYS = 10;
    private static final int ENTRIES = 6_000;

    @TempDir
    private Path directory;

    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong published = new AtomicLong(-1);
    private final List<byte[]> keys = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"Memory", "MapDb"})
    void readsSeeEntriesAsAWholeAndNeverGoBack(String store) throws Exception {
        StoreProvider stores = store.equals("Memory")
                ? new MemoryStoreProvider()
                : new MapDbStoreProvider(new MapDbOptions(1 << 20, 0));
        ExecutorService background = Executors.newSingleThreadExecutor();
        EngineSettings settings = new EngineSettings(100_000, 3, 10_000);
        try (EngineFixture fixture = new EngineFixture(directory, stores, settings, 1, 10, background)) {
            fixture.applyUpTo(1);
            for (int i = 0; i < KEYS; i++) {
                keys.add(ShardFixture.utf8("key" + i));
            }
            ShardReader reader = fixture.engine.reader();
            ShardFixture writer = ShardFixture.created();
            apply(fixture, writer, 1);
            ExecutorService readers = Executors.newFixedThreadPool(3);
            List<Future<?>> reading = List.of(
                    readers.submit(looping(() -> readOneByOne(reader))),
                    readers.submit(looping(() -> readMany(reader))),
                    readers.submit(looping(() -> readPage(reader))));

            for (int index = 2; index < ENTRIES; index++) {
                apply(fixture, writer, index);
                if (index % 20 == 0) {
                    fixture.engine.pollSnapshot(fixture.outbox);
                }
            }

            stop.set(true);
            for (Future<?> one : reading) {
                one.get(60, TimeUnit.SECONDS);
            }
            readers.shutdown();
            assertThat(ReplicaEngineContract.files(fixture.outbox))
                    .as("snapshots")
                    .isNotEmpty();
        } finally {
            background.shutdown();
        }
    }

    /** One entry: odd keys by one batch, even keys by operations of their own, one key comes and goes. */
    private void apply(EngineFixture fixture, ShardFixture writer, long index) throws Exception {
        MessageLite[] odd = new MessageLite[KEYS / 2];
        String number = Long.toString(index);
        for (int i = 0; i < KEYS; i++) {
            MessageLite put = ShardFixture.put("key" + i, number);
            if (i % 2 == 1) {
                odd[i / 2] = put;
            } else {
                writer.opening(1 + i, index, index, put);
            }
        }
        writer.opening(50, index, index, ShardFixture.batch(odd));
        writer.opening(
                51, index, index, index % 2 == 0 ? ShardFixture.put("even", number) : ShardFixture.delete("even"));
        fixture.engine.apply(new Position(1, index), writer.entry());
        published.set(index);
    }

    private Callable<Void> looping(Runnable read) {
        return () -> {
            while (!stop.get()) {
                read.run();
            }
            return null;
        };
    }

    private void readOneByOne(ShardReader reader) {
        long newest = published.get();
        for (byte[] key : keys) {
            long seen = number(reader.get(key));
            assertThat(seen).isGreaterThanOrEqualTo(newest);
            newest = seen;
        }
    }

    private void readMany(ShardReader reader) {
        long before = Math.max(1, published.get());
        List<@Nullable StoredRecord> records = Objects.requireNonNull(reader.multiGet(keys, Long.MAX_VALUE));
        long seen = number(records.get(0));
        assertThat(records).allMatch(record -> number(record) == seen);
        assertThat(seen).isGreaterThanOrEqualTo(before);
        assertThat(reader.appliedIndex()).isGreaterThanOrEqualTo(seen);
    }

    private void readPage(ShardReader reader) {
        long before = Math.max(1, published.get());
        ScanPage page = reader.scan(new ScanRange(new byte[0], null, 100, 1 << 20, false));
        List<StoredRecord> records = page.records();
        long seen = number(records.get(records.size() - 1));
        assertThat(seen).isGreaterThanOrEqualTo(before);
        assertThat(records).hasSize(seen % 2 == 0 ? KEYS + 1 : KEYS);
        assertThat(records).allMatch(record -> number(record) == seen);
    }

    private static long number(@Nullable StoredRecord record) {
        if (record == null) {
            throw new AssertionError("a key that is always there is missing");
        }
        return Long.parseLong(new String(record.value(), StandardCharsets.UTF_8));
    }
}
