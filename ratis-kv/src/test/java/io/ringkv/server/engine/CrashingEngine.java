package io.ringkv.server.engine;

import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardFixture;
import io.ringkv.server.storage.mapdb.MapDbOptions;
import io.ringkv.server.storage.mapdb.MapDbStoreProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Applies a random log for ever, taking snapshots, closing and opening again, until it is killed. Each time it has opened an
 * engine it compares the state with the pure state machine and says where the state came from.
 */
final class CrashingEngine {

    private static final int SNAPSHOT_EVERY = 23;

    private final Path directory;
    private final RandomLog log;
    private final Random random;
    private final PrintStream out;
    private final ExecutorService background = Executors.newSingleThreadExecutor();
    private final ReplicaEngines engines;

    CrashingEngine(Path directory, long logSeed, long seed, PrintStream out) {
        this.directory = directory;
        this.log = new RandomLog(logSeed, 3_000);
        this.random = new Random(seed);
        this.out = out;
        this.engines = new ReplicaEngines(new ReplicaEngines.Services(
                new MapDbStoreProvider(new MapDbOptions(1 << 20, 0)),
                background,
                new SnapshotPermit(),
                new EngineSettings(1 << 20, 10, 10_000),
                "boot"));
    }

    /** Arguments: directory, seed of the log, seed of this life. */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true);
        CrashingEngine life = new CrashingEngine(
                Path.of(arguments[0]), Long.parseLong(arguments[1]), Long.parseLong(arguments[2]), out);
        while (true) {
            life.liveOnce();
        }
    }

    /** Opens, checks, applies for a while, closes in good order. */
    void liveOnce() throws Exception {
        ShardEngine engine = open();
        long end = engine.applied().index() + 50 + random.nextInt(200);
        for (long index = engine.applied().index() + 1; index < end; index++) {
            if (log.isForeign(index)) {
                engine.advance(log.position(index));
            } else {
                engine.apply(log.position(index), log.entry(index));
            }
            if (index % SNAPSHOT_EVERY == 0) {
                engine.pollSnapshot(outbox());
            }
        }
        engine.close();
    }

    /** An engine with the state that the files give, compared with what the log says it must be. */
    ShardEngine open() throws Exception {
        ShardEngine engine = engines.open(
                EngineFixture.SHARD,
                EngineFixture.INCARNATION,
                directory.resolve("engine"),
                position -> position.equals(log.position(position.index())));
        String source = "kept";
        if (engine.applied().equals(Position.NONE)) {
            SnapshotFile newest = newestSnapshot();
            source = newest == null ? "empty" : "snapshot";
            if (newest != null) {
                engine.load(newest);
            }
        }
        ShardFixture model = EngineFixture.modelAt(log, engine.applied().index() + 1);
        EngineFixture.assertEquals(engine, model);
        out.println("opened " + source + " " + engine.applied().index());
        return engine;
    }

    private @Nullable SnapshotFile newestSnapshot() throws IOException {
        SnapshotFile newest = null;
        for (Path file : snapshots()) {
            String name = file.getFileName().toString();
            if (name.endsWith(".tmp")) {
                Files.delete(file);
                continue;
            }
            long index = Long.parseLong(name.substring(name.lastIndexOf('-') + 1));
            if (newest == null || index > newest.position().index()) {
                newest = new SnapshotFile(file, log.position(index), Files.size(file));
            }
        }
        return newest;
    }

    private List<Path> snapshots() throws IOException {
        Files.createDirectories(outbox());
        try (Stream<Path> files = Files.list(outbox())) {
            return files.toList();
        }
    }

    private Path outbox() {
        return directory.resolve("outbox");
    }

    void end() {
        background.shutdown();
    }
}
