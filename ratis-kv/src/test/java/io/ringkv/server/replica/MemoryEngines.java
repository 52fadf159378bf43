package io.ringkv.server.replica;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.ring.Token;
import io.ringkv.common.ring.TokenRange;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.raft.DurableFiles;
import io.ringkv.rpc.CreateShardOp;
import io.ringkv.rpc.PutOp;
import io.ringkv.server.engine.EngineFailedException;
import io.ringkv.server.engine.EngineStats;
import io.ringkv.server.engine.ReplicaDigests;
import io.ringkv.server.engine.ScanPage;
import io.ringkv.server.engine.ScanRange;
import io.ringkv.server.engine.ShardEngine;
import io.ringkv.server.engine.ShardEngines;
import io.ringkv.server.engine.ShardReader;
import io.ringkv.server.engine.SnapshotFile;
import io.ringkv.server.engine.StoredRecord;
import io.ringkv.server.log.EntryFormatException;
import io.ringkv.server.log.LogEntry;
import io.ringkv.server.log.LogOperationType;
import io.ringkv.server.log.OperationCursor;
import io.ringkv.server.shard.Digest;
import io.ringkv.server.shard.EntryOutcome;
import io.ringkv.server.shard.OperationOutcome;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardMeta;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Engines that keep keys and values, as text, in memory: enough to test what lies between them and Ratis. */
final class MemoryEngines implements ShardEngines {
    /** Idle sessions that every engine reports. */
    volatile List<Long> idle = List.of();

    @Override
    public ShardEngine open(ShardId shard, int incarnation, Path directory, Predicate<Position> known)
            throws IOException {
        MemoryEngine engine = new MemoryEngine(directory, this);
        Path closed = directory.resolve("closed");
        if (Files.exists(closed)) {
            engine.read(closed);
            Files.delete(closed);
            if (!known.test(engine.applied())) {
                engine.clear();
            }
        }
        return engine;
    }

    @Override
    public void verify(ShardId shard, int incarnation, SnapshotFile snapshot) throws IOException {
        MemoryEngine engine = new MemoryEngine(snapshot.path(), this);
        engine.read(snapshot.path());
        if (!engine.applied().equals(snapshot.position())) {
            throw new IOException("holds another position");
        }
    }

    @Override
    public Position closedAt(Path directory) {
        return Position.NONE;
    }

    private static final class MemoryEngine implements ShardEngine, ShardReader {
        private static final String END = "end";

        private final Path directory;
        private final MemoryEngines owner;
        private final TreeMap<String, String> data = new TreeMap<>();
        private Position applied = Position.NONE;
        private @Nullable ShardMeta meta;
        private @Nullable String failure;

        MemoryEngine(Path directory, MemoryEngines owner) {
            this.directory = directory;
            this.owner = owner;
        }

        private synchronized void clear() {
            data.clear();
            applied = Position.NONE;
            meta = null;
        }

        private synchronized void read(Path file) throws IOException {
            Properties properties = new Properties();
            try (var in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                properties.load(in);
            } catch (IllegalArgumentException e) {
                throw new IOException(e);
            }
            if (!Integer.toString(properties.size() - 1).equals(properties.getProperty(END))) {
                throw new IOException("cut: " + file.getFileName());
            }
            clear();
            for (String name : properties.stringPropertyNames()) {
                if (name.startsWith("k.")) {
                    data.put(name.substring(2), properties.getProperty(name));
                }
            }
            applied = new Position(number(properties, "term"), number(properties, "index"));
            if (properties.containsKey("group")) {
                meta = meta(
                        (int) number(properties, "shard"),
                        UUID.fromString(properties.getProperty("group")),
                        number(properties, "time"));
            }
        }

        private static long number(Properties properties, String name) {
            return Long.parseLong(properties.getProperty(name, "-1"));
        }

        private static ShardMeta meta(int shard, UUID lineage, long time) {
            return new ShardMeta(
                    new ShardId(shard),
                    new GroupId(lineage),
                    1,
                    new TokenRange(new Token(-1), new Token(-1)),
                    1,
                    1,
                    0,
                    0,
                    time,
                    1,
                    false,
                    0);
        }

        private synchronized void write(Path file) throws IOException {
            List<String> lines = new ArrayList<>();
            data.forEach((key, value) -> lines.add("k." + key + "=" + value));
            lines.add("term=" + applied.term());
            lines.add("index=" + applied.index());
            ShardMeta present = meta;
            if (present != null) {
                lines.add("shard=" + present.shard().value());
                lines.add("group=" + present.lineage());
                lines.add("time=" + present.shardTimeMillis());
            }
            lines.add(END + "=" + lines.size());
            DurableFiles.replace(file, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public synchronized Position applied() {
            return applied;
        }

        @Override
        public ShardReader reader() {
            return this;
        }

        @Override
        public synchronized EntryOutcome apply(Position position, byte[] bytes) throws EngineFailedException {
            List<OperationOutcome> outcomes = new ArrayList<>();
            try {
                LogEntry entry = LogEntry.parse(bytes);
                OperationCursor operation = entry.operations();
                while (operation.next()) {
                    int begin = operation.bodyOffset();
                    byte[] body = Arrays.copyOfRange(operation.array(), begin, begin + operation.bodyLength());
                    if (operation.type() == LogOperationType.PUT) {
                        PutOp put = PutOp.parseFrom(body);
                        data.put(put.getKey().toStringUtf8(), put.getValue().toStringUtf8());
                    } else if (operation.type() == LogOperationType.CREATE_SHARD && meta == null) {
                        CreateShardOp create = CreateShardOp.parseFrom(body);
                        meta = meta(
                                create.getShard(),
                                IdMessages.groupId(create.getLineage()).value(),
                                0);
                    } else if (operation.type() == LogOperationType.EXPIRE) {
                        owner.idle = List.of();
                    }
                    outcomes.add(new OperationOutcome(ErrorCode.OK, position.index(), 0, 0, null, 0, false));
                }
                ShardMeta present = meta;
                if (present != null) {
                    meta = meta(
                            present.shard().value(),
                            present.lineage().value(),
                            Math.max(present.shardTimeMillis(), entry.header().shardTimeMillis()));
                }
            } catch (EntryFormatException | IOException e) {
                failure = e.getMessage();
                throw new EngineFailedException("cannot apply " + position, e);
            }
            applied = position;
            return new EntryOutcome(position, outcomes);
        }

        @Override
        public synchronized void advance(Position position) {
            applied = position;
        }

        @Override
        public @Nullable SnapshotFile pollSnapshot(Path outbox) throws EngineFailedException {
            Path file = outbox.resolve("snapshot");
            try {
                write(file);
                return new SnapshotFile(file, applied(), Files.size(file));
            } catch (IOException e) {
                throw new EngineFailedException("no snapshot", e);
            }
        }

        @Override
        public void pause() {}

        @Override
        public void load(SnapshotFile snapshot) throws IOException {
            clear();
            read(snapshot.path());
        }

        @Override
        public List<Long> idleSessions(long shardTimeMillis, int limit) {
            return owner.idle;
        }

        @Override
        public void configure(Position position, byte[] configuration) {}

        @Override
        public synchronized EngineStats stats() {
            return new EngineStats(data.size(), 0, 0, 0, 0, 0);
        }

        @Override
        public ReplicaDigests digests() {
            return new ReplicaDigests(new ReplicaDigests.At(-1, Digest.ZERO), null);
        }

        @Override
        public @Nullable String failure() {
            return failure;
        }

        @Override
        public void close() {
            try {
                write(directory.resolve("closed"));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public synchronized @Nullable StoredRecord get(byte[] key) {
            String value = data.get(new String(key, StandardCharsets.UTF_8));
            return value == null ? null : new StoredRecord(key, value.getBytes(StandardCharsets.UTF_8), 1, 1, 1);
        }

        @Override
        public @Nullable List<@Nullable StoredRecord> multiGet(List<byte[]> keys, long byteLimit) {
            throw new AssertionError("not asked for by these tests");
        }

        @Override
        public ScanPage scan(ScanRange range) {
            throw new AssertionError("not asked for by these tests");
        }

        @Override
        public synchronized @Nullable ShardMeta meta() {
            return meta;
        }

        @Override
        public long appliedIndex() {
            return applied().index();
        }
    }
}
