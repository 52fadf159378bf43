package io.ringkv.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.server.storage.MemoryStoreProvider;
import io.ringkv.server.storage.ShardStore;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Feared: memory unmapped under a reader, which kills the process. */
class StoreHandleTest {

    private static final byte[] KEY = {1};

    private final ShardStore store = new MemoryStoreProvider().create(Path.of("unused"));
    private final StoreHandle handle = new StoreHandle(store, Path.of("unused"));

    @Test
    void storeIsDiscardedOnlyWhenTheLastUserLeaves() {
        store.put(KEY, KEY);
        assertThat(handle.acquire()).isTrue();
        assertThat(handle.acquire()).isTrue();

        handle.discardWhenUnused();
        assertThat(store.get(KEY)).isNotNull();
        handle.release();
        assertThat(store.get(KEY)).isNotNull();
        handle.release();
        assertThat(store.get(KEY)).as("discarded").isNull();
    }

    @Test
    void nobodyEntersAfterTheLastUserLeft() {
        handle.discardWhenUnused();
        assertThat(handle.acquire()).isFalse();
    }

    @Test
    void ownerGetsTheStoreWhenAllHaveLeft() {
        store.put(KEY, KEY);
        handle.acquire();
        handle.release();
        assertThat(handle.retire(0)).isTrue();
        assertThat(store.get(KEY)).isNotNull();
        assertThat(handle.acquire()).isFalse();
    }

    @Test
    void ownerWhoDoesNotWaitLongEnoughLeavesTheStoreToTheLastUser() {
        store.put(KEY, KEY);
        handle.acquire();
        assertThat(handle.retire(1)).isFalse();
        assertThat(store.get(KEY)).isNotNull();
        handle.release();
        assertThat(store.get(KEY)).as("discarded").isNull();
    }

    @Test
    void interruptDoesNotCutTheWaitShort() throws Exception {
        handle.acquire();
        CountDownLatch waiting = new CountDownLatch(1);
        AtomicInteger result = new AtomicInteger();
        Thread owner = new Thread(() -> {
            Thread.currentThread().interrupt();
            waiting.countDown();
            result.set(handle.retire(60_000) && Thread.interrupted() ? 1 : -1);
        });
        owner.start();
        waiting.await();
        handle.release();
        owner.join(30_000);
        assertThat(result.get()).isEqualTo(1);
    }
}
