package io.ringkv.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends ShardStoreContract {

    @Override
    protected StoreProvider newProvider() {
        return new MemoryStoreProvider();
    }

    @Test
    void keepsNothing() throws Exception {
        assertThat(store.fileBytes()).isZero();
        store.closeClean();
        assertThatThrownBy(() -> provider.open(directory.resolve("store"))).isInstanceOf(IOException.class);
    }
}
