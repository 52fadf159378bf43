package io.ringkv.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ShardId;
import io.ringkv.server.shard.EntryOutcome;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardFixture;
import io.ringkv.server.storage.StoreProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An engine beside the pure state machine over a plain map, both fed with the same log. */
final class EngineFixture implements AutoCloseable {

    static final ShardId SHARD = ShardFixture.SHARD;
    static final int INCARNATION = 1;

    final Path store;
    final Path outbox;
    final HeldExecutor held = new HeldExecutor();
    final SnapshotPermit permit = new SnapshotPermit();
    final RandomLog log;
    ShardFixture model = new ShardFixture();
    ReplicaEngines engines;
    ShardEngine engine;
    long next;

    EngineFixture(Path directory, StoreProvider stores, EngineSettings settings, long seed, int maxValueBytes)
            throws IOException {
        this(directory, stores, settings, seed, maxValueBytes, null);
    }

    EngineFixture(
            Path directory,
            StoreProvider stores,
            EngineSettings settings,
            long seed,
            int maxValueBytes,
            @Nullable Executor background)
            throws IOException {
        this.store = directory.resolve("engine");
        this.outbox = directory.resolve("outbox");
        this.log = new RandomLog(seed, maxValueBytes);
        this.engines = new ReplicaEngines(new ReplicaEngines.Services(
                stores, background == null ? held : background, permit, settings, "boot-1"));
        this.engine = open(position -> true);
    }

    ShardEngine open(Predicate<Position> known) throws IOException {
        return engines.open(SHARD, INCARNATION, store, known);
    }

    /** Runs snapshots when the test says so. */
    static final class HeldExecutor implements Executor {
        private final Queue<Runnable> tasks = new ArrayDeque<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        boolean isIdle() {
            return tasks.isEmpty();
        }

        void runAll() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    /** Feeds engine and model up to this index, exclusive, and compares every outcome. */
    void applyUpTo(long end) throws EngineFailedException {
        for (; next < end; next++) {
            Position position = log.position(next);
            if (log.isForeign(next)) {
                engine.advance(position);
            } else {
                EntryOutcome expected = new EntryOutcome(position, model.apply(log.entry(next)));
                assertThat(engine.apply(position, log.entry(next))).isEqualTo(expected);
            }
            assertThat(engine.applied()).isEqualTo(position);
        }
    }

    /** Feeds the engine alone, as the log does after a restart, from behind its position up to the model's. */
    static void replay(ShardEngine engine, RandomLog log, long end) throws EngineFailedException {
        for (long index = engine.applied().index() + 1; index < end; index++) {
            if (log.isForeign(index)) {
                engine.advance(log.position(index));
            } else {
                engine.apply(log.position(index), log.entry(index));
            }
        }
    }

    /** A model at this index, exclusive. */
    static ShardFixture modelAt(RandomLog log, long end) {
        ShardFixture model = new ShardFixture();
        for (long index = 0; index < end; index++) {
            if (!log.isForeign(index)) {
                model.apply(log.entry(index));
            }
        }
        return model;
    }

    void assertEqualsModel() {
        assertEquals(engine, model);
    }

    /** Every record, by every way of reading, and the digest. */
    static void assertEquals(ShardEngine engine, ShardFixture model) {
        EngineStats stats = engine.stats();
        assertThat(stats.digestHigh()).isEqualTo(model.state().digest().high());
        assertThat(stats.digestLow()).isEqualTo(model.state().digest().low());
        assertThat(stats.keys()).isEqualTo(model.state().keys());
        assertThat(stats.dataBytes()).isEqualTo(model.state().dataBytes());
        assertThat(stats.sessions()).isEqualTo(model.state().sessions().size());
        assertThat(stats.sessionBytes()).isEqualTo(model.state().sessions().bytes());
        assertThat(engine.reader().meta()).isEqualTo(model.state().meta());
        Reads.assertSameRecords(engine.reader(), model);
    }

    /** Polls until the snapshot is there, running what is held back. */
    SnapshotFile snapshot() throws EngineFailedException {
        SnapshotFile found = engine.pollSnapshot(outbox);
        held.runAll();
        while (found == null) {
            found = engine.pollSnapshot(outbox);
            held.runAll();
        }
        return found;
    }

    @Override
    public void close() {
        engine.close();
    }
}
