package io.ringkv.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.server.storage.ShardStore.StoreCursor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store does; a subclass names the kind. */
public abstract class ShardStoreContract {

    private static final byte[] FIRST = new byte[0];

    @TempDir
    protected Path directory;

    protected StoreProvider provider;
    protected ShardStore store;

    protected abstract StoreProvider newProvider();

    @BeforeEach
    final void createStore() throws IOException {
        provider = newProvider();
        store = provider.create(directory.resolve("store"));
    }

    @AfterEach
    final void discardStore() {
        store.discard();
    }

    @Test
    void missingKeyHasNoRecord() {
        assertThat(store.get(key("a"))).isNull();
        assertThat(contents(store)).isEmpty();
        store.remove(key("a"));
    }

    @Test
    void lastPutCountsUntilRemoved() {
        store.put(key("a"), key("1"));
        store.put(key("a"), key("2"));
        assertThat(store.get(key("a"))).isEqualTo(key("2"));

        store.remove(key("a"));
        assertThat(store.get(key("a"))).isNull();
        assertThat(contents(store)).isEmpty();
    }

    @Test
    void cursorGoesInUnsignedByteOrderFromItsStart() {
        byte[][] keys = {{0}, {0, 0}, {1}, {127}, {(byte) 128}, {(byte) 255}, {(byte) 255, 0}};
        for (int i : new int[] {3, 6, 0, 5, 1, 4, 2}) {
            store.put(keys[i], new byte[] {(byte) i});
        }
        for (int from = 0; from < keys.length; from++) {
            StoreCursor cursor = store.cursor(keys[from]);
            for (int expected = from; expected < keys.length; expected++) {
                assertThat(cursor.next()).isTrue();
                assertThat(cursor.key()).isEqualTo(keys[expected]);
                assertThat(cursor.record()).containsExactly(expected);
            }
            assertThat(cursor.next()).isFalse();
        }
    }

    @Test
    void cursorMayStartBetweenKeysAndBehindTheLast() {
        store.put(key("b"), key("1"));
        assertThat(store.cursor(key("a")).next()).isTrue();
        assertThat(store.cursor(key("c")).next()).isFalse();
    }

    @Test
    void equalsASortedMapAfterAnyOperations() {
        for (long seed = 0; seed < 8; seed++) {
            Random random = new Random(seed);
            NavigableMap<byte[], byte[]> expected = contents(store);
            for (int i = 0; i < 1_500; i++) {
                byte[] key = key("key" + random.nextInt(300));
                if (random.nextInt(3) == 0) {
                    store.remove(key);
                    expected.remove(key);
                } else {
                    byte[] record = record(random, key);
                    store.put(key, record);
                    expected.put(key, record);
                }
            }
            assertSame(seed, contents(store), expected);
            for (int i = 0; i < 300; i++) {
                byte[] key = key("key" + i);
                assertThat(store.get(key)).as("seed %d", seed).isEqualTo(expected.get(key));
            }
        }
    }

    @Test
    void loadedStoreHoldsWhatWasAddedAndGoesOnFromThere() throws IOException {
        for (int count : new int[] {0, 1, 5, 6, 7, 100, 5_000}) {
            Random random = new Random(count);
            NavigableMap<byte[], byte[]> expected = new TreeMap<>(Arrays::compareUnsigned);
            for (int i = 0; i < count; i++) {
                byte[] key = key("key" + random.nextInt(1_000_000));
                expected.put(key, record(random, key));
            }
            StoreProvider.Loader loader = provider.load(directory.resolve("loaded"));
            expected.forEach(loader::add);
            ShardStore loaded = loader.finish();
            assertSame(count, contents(loaded), expected);

            for (int i = 0; i < 500; i++) {
                byte[] key = key("key" + random.nextInt(1_000_000));
                byte[] record = record(random, key);
                loaded.put(key, record);
                expected.put(key, record);
            }
            assertSame(count, contents(loaded), expected);
            loaded.discard();
        }
    }

    @Test
    void loaderRefusesKeysThatDoNotAscend() throws IOException {
        StoreProvider.Loader loader = provider.load(directory.resolve("loaded"));
        loader.add(key("b"), key("1"));
        assertThatThrownBy(() -> loader.add(key("b"), key("1"))).isInstanceOf(StoreException.class);
        loader.abort();
    }

    @Test
    void readersNeverSeeMixturesNorMissWhatIsAlwaysThere() throws Exception {
        int keys = 400;
        for (int i = 0; i < keys; i++) {
            store.put(key("key" + i), selfChecking(i, 0, 20));
        }
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        Future<?> getting = readers.submit(() -> readAll(stop, keys));
        Future<?> scanning = readers.submit(() -> scanAll(stop, keys));

        Random random = new Random(7);
        for (int i = 0; i < 60_000; i++) {
            int which = random.nextInt(keys);
            // Every fourth key comes and goes, all change between small and big.
            if (which % 4 == 3 && random.nextBoolean()) {
                store.remove(key("key" + which));
            } else {
                int size = random.nextInt(20) == 0 ? 1_000 + random.nextInt(4_000) : 20 + random.nextInt(200);
                store.put(key("key" + which), selfChecking(which, i, size));
            }
        }
        stop.set(true);
        readers.shutdown();
        getting.get(30, TimeUnit.SECONDS);
        scanning.get(30, TimeUnit.SECONDS);
    }

    private void readAll(AtomicBoolean stop, int keys) {
        Random random = new Random(1);
        while (!stop.get()) {
            int which = random.nextInt(keys);
            byte[] record = store.get(key("key" + which));
            if (record == null) {
                assertThat(which % 4).isEqualTo(3);
            } else {
                assertSelfConsistent(which, record);
            }
        }
    }

    private void scanAll(AtomicBoolean stop, int keys) {
        while (!stop.get()) {
            List<Integer> seen = new ArrayList<>();
            byte[] previous = FIRST;
            StoreCursor cursor = store.cursor(FIRST);
            while (cursor.next()) {
                assertThat(Arrays.compareUnsigned(previous, cursor.key())).isNegative();
                previous = cursor.key();
                int which =
                        Integer.parseInt(new String(cursor.key(), StandardCharsets.UTF_8).substring("key".length()));
                assertSelfConsistent(which, cursor.record());
                if (which % 4 != 3) {
                    seen.add(which);
                }
            }
            assertThat(seen).hasSize(keys - keys / 4);
        }
    }

    /** A record all bytes of which follow from its key and a number it carries. */
    private static byte[] selfChecking(int which, int number, int size) {
        byte[] record = new byte[size];
        Arrays.fill(record, (byte) (which * 31 + number));
        record[0] = (byte) number;
        return record;
    }

    private static void assertSelfConsistent(int which, byte[] record) {
        byte expected = (byte) (which * 31 + record[0]);
        for (int i = 1; i < record.length; i++) {
            if (record[i] != expected) {
                throw new AssertionError("byte " + i + " of key" + which + " is of another record");
            }
        }
    }

    /** Sizes around everything a store may treat differently: empty, inline, beside the tree, several pages. */
    private static byte[] record(Random random, byte[] key) {
        int[] sizes = {0, 1, 5, 6, 15, 16, 100, 1_023, 1_024, 1_025, 3_000, 65_535, 65_536, 70_000, 200_000};
        byte[] record = new byte[sizes[random.nextInt(random.nextInt(10) == 0 ? sizes.length : 10)]];
        random.nextBytes(record);
        return record.length == 0 ? key : record;
    }

    protected static NavigableMap<byte[], byte[]> contents(ShardStore store) {
        NavigableMap<byte[], byte[]> contents = new TreeMap<>(Arrays::compareUnsigned);
        StoreCursor cursor = store.cursor(FIRST);
        while (cursor.next()) {
            contents.put(cursor.key(), cursor.record());
        }
        return contents;
    }

    protected static void assertSame(
            long seed, NavigableMap<byte[], byte[]> actual, NavigableMap<byte[], byte[]> expected) {
        assertThat(actual).as("seed %d", seed).hasSameSizeAs(expected);
        for (Map.Entry<byte[], byte[]> entry : expected.entrySet()) {
            assertThat(actual.get(entry.getKey())).as("seed %d", seed).isEqualTo(entry.getValue());
        }
    }

    protected static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
