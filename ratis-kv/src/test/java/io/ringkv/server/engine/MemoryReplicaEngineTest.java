package io.ringkv.server.engine;

import io.ringkv.server.storage.MemoryStoreProvider;
import io.ringkv.server.storage.StoreProvider;

class MemoryReplicaEngineTest extends ReplicaEngineContract {
    @Override
    StoreProvider stores() {
        return new MemoryStoreProvider();
    }
}
