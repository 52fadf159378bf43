/** The KV server: doors, batching, the shard state machine, storage and replication. */
package io.ringkv.server;
