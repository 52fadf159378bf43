package io.ringkv.server.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.server.shard.ChangeSet;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardFixture;
import io.ringkv.server.shard.ShardState;
import io.ringkv.server.storage.MemoryStoreProvider;
import io.ringkv.server.storage.ShardStore;
import io.ringkv.server.storage.ShardStore.StoreCursor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The layers must read as one map at every step of a snapshot's life, for the writer and for every view. */
class LayeredStoreTest {

    private final ShardStore store = new MemoryStoreProvider().create(Path.of("unused"));
    private final StoreHandle handle = new StoreHandle(store, Path.of("unused"));
    private final LayeredStore layers = new LayeredStore(handle);
    private final NavigableMap<String, String> expected = new TreeMap<>();

    @Test
    void readsAsOneMapAtEveryStep() {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            for (int step = 0; step < 120; step++) {
                switch (random.nextInt(5)) {
                    case 0 -> {
                        if (layers.overlay() == null) {
                            layers.freeze();
                        } else if (random.nextInt(3) == 0) {
                            layers.beginDraining();
                        }
                    }
                    case 1 -> {
                        if (layers.isDraining()) {
                            layers.drain(1 + random.nextInt(5));
                        }
                    }
                    default -> write(random, seed);
                }
                assertReadsAsExpected(ChangeSet.EMPTY, seed);
            }
        }
    }

    private void write(Random random, long seed) {
        ShardFixture.Changes changes = new ShardFixture.Changes();
        for (int i = random.nextInt(6); i >= 0; i--) {
            byte[] key = {1, 0, (byte) random.nextInt(40)};
            if (random.nextInt(3) == 0) {
                changes.remove(key);
                expected.remove(hex(key));
            } else {
                byte[] record = {(byte) random.nextInt(), (byte) random.nextInt()};
                changes.put(key, record);
                expected.put(hex(key), hex(record));
            }
        }
        // Visible at once as pending, before anything is written, and just the same afterwards.
        assertReadsAsExpected(changes.set(), seed);
        layers.write(changes.set());
        assertReadsAsExpected(changes.set(), seed);
    }

    private void assertReadsAsExpected(ChangeSet pending, long seed) {
        StateView view = new StateView(
                handle, layers.overlay(), pending, Position.NONE, null, StateView.Counts.of(new ShardState()));
        NavigableMap<String, String> scanned = new TreeMap<>();
        StoreCursor cursor = MergedCursor.over(view, new byte[0]);
        byte[] previous = new byte[0];
        while (cursor.next()) {
            assertThat(Arrays.compareUnsigned(previous, cursor.key())).isNegative();
            previous = cursor.key();
            scanned.put(hex(cursor.key()), hex(cursor.record()));
        }
        assertThat(scanned).as("seed %d", seed).isEqualTo(expected);
        for (int i = 0; i < 40; i++) {
            byte[] key = {1, 0, (byte) i};
            assertThat(text(view.record(key))).as("seed %d", seed).isEqualTo(expected.get(hex(key)));
            if (pending.isEmpty()) {
                assertThat(text(layers.get(key))).as("seed %d", seed).isEqualTo(expected.get(hex(key)));
            }
        }
    }

    @Test
    void drainingIsBoundedPerStep() {
        ShardFixture.Changes changes = new ShardFixture.Changes();
        for (int i = 0; i < 100; i++) {
            changes.put(new byte[] {1, 0, (byte) i}, new byte[] {1});
        }
        layers.freeze();
        layers.write(changes.set());
        assertThat(layers.frozenBytes()).isPositive();
        assertThat(count()).isZero();
        layers.beginDraining();
        assertThat(layers.frozenBytes()).isZero();
        for (int slice = 1; slice < 10; slice++) {
            assertThat(layers.drain(10)).isFalse();
            assertThat(count()).isEqualTo(10 * slice);
        }
        assertThat(layers.drain(10)).isTrue();
        assertThat(layers.overlay()).isNull();
    }

    @Test
    void overlayCountsWhatItHolds() {
        Overlay overlay = new Overlay();
        overlay.put(new byte[10], new byte[100]);
        long one = overlay.bytes();
        assertThat(one).isGreaterThan(110);
        overlay.put(new byte[10], new byte[50]);
        assertThat(overlay.bytes()).isEqualTo(one - 50);
        overlay.put(new byte[10], ChangeSet.tombstone());
        assertThat(overlay.bytes()).isEqualTo(one - 100);
    }

    @Test
    void storeIsFrozenOnce() {
        layers.freeze();
        assertThatThrownBy(layers::freeze).isInstanceOf(IllegalStateException.class);
    }

    private int count() {
        int count = 0;
        StoreCursor cursor = store.cursor(new byte[0]);
        while (cursor.next()) {
            count++;
        }
        return count;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static @org.jspecify.annotations.Nullable String text(byte @org.jspecify.annotations.Nullable [] bytes) {
        return bytes == null ? null : hex(bytes);
    }
}
