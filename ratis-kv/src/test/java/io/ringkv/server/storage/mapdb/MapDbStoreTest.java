package io.ringkv.server.storage.mapdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.server.storage.ShardStore;
import io.ringkv.server.storage.ShardStoreContract;
import io.ringkv.server.storage.StoreException;
import io.ringkv.server.storage.StoreProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class MapDbStoreTest extends ShardStoreContract {

    private static final MapDbOptions SMALL = new MapDbOptions(1 << 20, 0);

    @Override
    protected StoreProvider newProvider() {
        return new MapDbStoreProvider(SMALL);
    }

    @Test
    void cleanlyClosedStoreHoldsEverythingWhenOpened() throws Exception {
        Path file = directory.resolve("kept");
        ShardStore kept = provider.create(file);
        Random random = new Random(3);
        NavigableMap<byte[], byte[]> expected = new TreeMap<>(Arrays::compareUnsigned);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 2_000; i++) {
                byte[] key = key("key" + random.nextInt(3_000));
                byte[] record = new byte[random.nextInt(50) == 0 ? 5_000 : 100];
                random.nextBytes(record);
                kept.put(key, record);
                expected.put(key, record);
            }
            kept.closeClean();
            kept = provider.open(file);
            assertSame(round, contents(kept), expected);
        }
        kept.discard();
        assertThat(file).doesNotExist();
    }

    @Test
    void storeThatWasNotClosedIsRefused() throws Exception {
        store.put(key("a"), key("1"));
        Path copy = directory.resolve("copy");
        Files.copy(directory.resolve("store"), copy, StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> provider.open(copy))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be opened");
        assertThatThrownBy(() -> provider.open(copy)).as("no lock was leaked").hasMessageNotContaining("lock");
    }

    @Test
    void fileThatIsNoStoreIsRefused() throws Exception {
        Path file = directory.resolve("other");
        Files.write(file, new byte[3_000_000]);
        assertThatThrownBy(() -> provider.open(file)).isInstanceOf(IOException.class);
        Files.write(file, new byte[0]);
        assertThatThrownBy(() -> provider.open(file)).isInstanceOf(IOException.class);
    }

    @Test
    void interruptedWriterNeitherFailsNorLosesItsInterrupt() {
        byte[] big = new byte[300_000];
        Thread.currentThread().interrupt();
        for (int i = 0; i < 50; i++) {
            // Grows the file several times, which is where an interrupt would close it.
            store.put(key("key" + i), big);
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(store.get(key("key49"))).isEqualTo(big);
    }

    @Test
    void growthStopsBeforeTheReserveOfTheDisk() throws Exception {
        StoreProvider greedy = new MapDbStoreProvider(new MapDbOptions(1 << 20, Long.MAX_VALUE));
        ShardStore full = greedy.create(directory.resolve("full"));

        assertThatThrownBy(() -> full.put(key("a"), key("1")))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("DISK_FULL: ");
        assertThatThrownBy(() -> full.put(key("a"), key("1"))).isInstanceOf(StoreException.class);
        full.remove(key("a"));
        full.discard();
    }

    @Test
    void overwritingBigRecordsReusesTheirSpace() {
        byte[] big = new byte[500_000];
        for (int i = 0; i < 20; i++) {
            store.put(key("a"), big);
            store.put(key("a"), key("small"));
        }
        assertThat(store.fileBytes()).isLessThan(5_000_000);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void manyMappingsOfAClosedStoreAreGone() throws Exception {
        byte[] big = new byte[500_000];
        for (int i = 0; i < 20; i++) {
            store.put(key("key" + i), big);
        }
        String file = directory.resolve("store").toRealPath().toString();
        assertThat(mappings(file)).isPositive();
        store.discard();
        assertThat(mappings(file)).isZero();
        store = provider.create(directory.resolve("store"));
    }

    /** Mappings of the file in this process, deleted or not. */
    private static long mappings(String file) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains(file))
                .count();
    }

    @Test
    void optionsAreChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> new MapDbOptions(3 << 20, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new MapDbOptions(1 << 19, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new MapDbOptions(1 << 20, -1));
    }
}
