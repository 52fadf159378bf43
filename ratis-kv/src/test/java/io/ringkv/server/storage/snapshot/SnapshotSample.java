package io.ringkv.server.storage.snapshot;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ClientId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.server.log.ByteReader;
import io.ringkv.server.shard.ClientSession;
import io.ringkv.server.shard.DataRecord;
import io.ringkv.server.shard.Digest;
import io.ringkv.server.shard.InternalKey;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.SessionCodec;
import io.ringkv.server.shard.ShardMeta;
import io.ringkv.server.shard.ShardState;
import io.ringkv.server.shard.StoredResult;
import io.ringkv.server.storage.MemoryStoreProvider;
import io.ringkv.server.storage.ShardStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/** A random shard state and what its snapshot should give back. */
final class SnapshotSample {

    static final Position POSITION = new Position(7, 4711);

    final NavigableMap<byte[], byte[]> records = new TreeMap<>(Arrays::compareUnsigned);
    final ShardState state = new ShardState();
    byte[] configuration = "the raft configuration".getBytes(StandardCharsets.UTF_8);

    SnapshotSample(long seed, int keys, int sessions, int maxValue) {
        Random random = new Random(seed);
        for (int i = 0; i < keys; i++) {
            byte[] userKey = new byte[1 + random.nextInt(12)];
            random.nextBytes(userKey);
            byte[] value = new byte[random.nextInt(maxValue)];
            random.nextBytes(value);
            byte[] key = InternalKey.data(userKey);
            byte[] record = DataRecord.encode(i, i + 5, 1, value, 0, value.length);
            state.countRecord(key, records.put(key, record), record);
        }
        for (int i = 0; i < sessions; i++) {
            ClientSession session = state.sessions().open(10 + i, new ClientId(1, 1 + i), 60_000, i);
            for (int sequence = 1; sequence <= random.nextInt(5); sequence++) {
                state.sessions().store(session, new StoredResult(sequence, ErrorCode.OK, sequence, -sequence, 0));
            }
        }
        state.setMeta(new ShardMeta(
                new ShardId(3),
                new GroupId(new UUID(5, 6)),
                2,
                new TokenRange(new Token(100), new Token(-100)),
                8,
                9,
                10,
                1_000_000,
                123_456,
                1,
                false,
                0));
    }

    SnapshotContents contents() {
        return contents(state.digest(), state.keys());
    }

    SnapshotContents contents(Digest digest, long keys) {
        return new SnapshotContents(
                header(), meta(), state.sessions().freeze(), configuration, keys, state.dataBytes(), digest);
    }

    SnapshotHeader header() {
        return SnapshotHeader.of(meta(), POSITION);
    }

    ShardMeta meta() {
        ShardMeta meta = state.meta();
        if (meta == null) {
            throw new AssertionError("no meta");
        }
        return meta;
    }

    ShardStore.StoreCursor cursor() {
        ShardStore store = new MemoryStoreProvider().create(Path.of("unused"));
        records.forEach(store::put);
        return store.cursor(new byte[0]);
    }

    long write(Path file) throws Exception {
        return new SnapshotWriter(contents(), () -> false).write(cursor(), file);
    }

    /** Takes a snapshot and rebuilds the state from it. */
    static final class Rebuilt implements SnapshotVisitor {
        final NavigableMap<byte[], byte[]> records = new TreeMap<>(Arrays::compareUnsigned);
        final ShardState state = new ShardState();
        byte[] configuration = new byte[0];

        static Rebuilt from(Path file) throws Exception {
            Rebuilt rebuilt = new Rebuilt();
            try (SnapshotReader reader = SnapshotReader.open(file)) {
                reader.readAll(rebuilt);
                if (!reader.digest().equals(rebuilt.state.digest())) {
                    throw new AssertionError("the digest differs");
                }
            }
            return rebuilt;
        }

        @Override
        public void meta(ShardMeta meta) {
            state.setMeta(meta);
        }

        @Override
        public void configuration(byte[] bytes) {
            configuration = bytes;
        }

        @Override
        public void session(ByteReader session) {
            SessionCodec.decode(session, state.sessions());
        }

        @Override
        public void record(byte[] key, byte[] record) {
            state.countRecord(key, null, record);
            records.put(key, record);
        }
    }
}
