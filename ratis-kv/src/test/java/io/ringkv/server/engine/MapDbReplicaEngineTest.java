package io.ringkv.server.engine;

import io.ringkv.server.storage.StoreProvider;
import io.ringkv.server.storage.mapdb.MapDbOptions;
import io.ringkv.server.storage.mapdb.MapDbStoreProvider;

class MapDbReplicaEngineTest extends ReplicaEngineContract {
    @Override
    StoreProvider stores() {
        return new MapDbStoreProvider(new MapDbOptions(1 << 20, 0));
    }
}
