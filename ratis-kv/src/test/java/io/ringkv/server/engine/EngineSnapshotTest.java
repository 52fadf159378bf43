package io.ringkv.server.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.server.shard.Position;
import io.ringkv.server.storage.MemoryStoreProvider;
import io.ringkv.server.storage.StoreProvider;
import io.ringkv.server.storage.mapdb.MapDbOptions;
import io.ringkv.server.storage.mapdb.MapDbStoreProvider;
import io.ringkv.server.storage.snapshot.SnapshotCorruptException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invariant: a snapshot is the state at one position, whatever is applied meanwhile; and nothing applied is ever lost. */
class EngineSnapshotTest {

    private static final EngineSettings SETTINGS = new EngineSettings(Long.MAX_VALUE, 10, 5_000);

    @TempDir
    private Path directory;

    private EngineFixture fixture(long seed) throws Exception {
        return fixture("MapDb", seed, SETTINGS);
    }

    private EngineFixture fixture(String store, long seed, EngineSettings settings) throws Exception {
        return new EngineFixture(directory.resolve(store + seed), stores(store), settings, seed, 300);
    }

    private static StoreProvider stores(String name) {
        return name.equals("Memory") ? new MemoryStoreProvider() : new MapDbStoreProvider(new MapDbOptions(1 << 20, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Memory", "MapDb"})
    void holdsTheStateAtItsBeginning(String store) throws Exception {
        for (long seed = 0; seed < 4; seed++) {
            try (EngineFixture fixture = fixture(store, seed, SETTINGS)) {
                fixture.applyUpTo(200);
                assertThat(fixture.engine.pollSnapshot(fixture.outbox)).isNull();
                fixture.applyUpTo(300);
                fixture.assertEqualsModel();
                fixture.held.runAll();
                fixture.applyUpTo(330);

                SnapshotFile snapshot = Objects.requireNonNull(fixture.engine.pollSnapshot(fixture.outbox));

                assertThat(snapshot.position()).isEqualTo(fixture.log.position(199));
                assertThat(snapshot.sizeBytes()).isEqualTo(Files.size(snapshot.path()));
                assertLoadsAs(fixture, snapshot, 200);
                fixture.applyUpTo(400);
                fixture.assertEqualsModel();
            }
        }
    }

    /** Loads into another engine, compares, replays the rest, compares again. */
    private void assertLoadsAs(EngineFixture source, SnapshotFile snapshot, long end) throws Exception {
        Path other = directory.resolve("loaded-" + snapshot.path().getFileName());
        ShardEngine loaded =
                source.engines.open(EngineFixture.SHARD, EngineFixture.INCARNATION, other, position -> false);
        loaded.load(snapshot);
        assertThat(loaded.applied()).isEqualTo(snapshot.position());
        EngineFixture.assertEquals(loaded, EngineFixture.modelAt(source.log, end));
        EngineFixture.replay(loaded, source.log, source.next);
        EngineFixture.assertEquals(loaded, source.model);
        loaded.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Memory", "MapDb"})
    void everyMixtureOfLayersReadsAsTheState(String store) throws Exception {
        try (EngineFixture fixture = fixture(store, 9, SETTINGS)) {
            for (int round = 0; round < 12; round++) {
                fixture.engine.pollSnapshot(fixture.outbox);
                fixture.applyUpTo(fixture.next + 20 + round);
                fixture.assertEqualsModel();
                if (round % 3 == 2) {
                    fixture.held.runAll();
                }
            }
        }
    }

    @Test
    void overlayIsNotLostWhenNoEntriesFollow() throws Exception {
        EngineFixture fixture = fixture(5);
        fixture.applyUpTo(50);
        fixture.engine.pollSnapshot(fixture.outbox);
        fixture.applyUpTo(250);
        fixture.engine.close();

        ShardEngine reopened = fixture.open(position -> true);

        assertThat(reopened.applied()).isEqualTo(fixture.log.position(249));
        EngineFixture.assertEquals(reopened, fixture.model);
        reopened.close();
    }

    @Test
    void snapshotsFollowOneAnother() throws Exception {
        try (EngineFixture fixture = fixture(6)) {
            for (long end = 100; end <= 500; end += 100) {
                fixture.applyUpTo(end);
                SnapshotFile snapshot = fixture.snapshot();
                assertThat(snapshot.position()).isEqualTo(fixture.log.position(end - 1));
                assertLoadsAs(fixture, snapshot, end);
            }
        }
    }

    @Test
    void nothingBeginsWithoutShardWithoutPermitOrTwice() throws Exception {
        try (EngineFixture fixture = fixture(7)) {
            assertThat(fixture.engine.pollSnapshot(fixture.outbox)).isNull();
            assertThat(fixture.held.isIdle()).as("no shard yet").isTrue();
            fixture.applyUpTo(10);
            assertThat(fixture.permit.tryTake(0)).isTrue();
            assertThat(fixture.engine.pollSnapshot(fixture.outbox)).isNull();
            assertThat(fixture.held.isIdle()).as("another engine writes").isTrue();
            fixture.permit.giveBack();

            fixture.engine.pollSnapshot(fixture.outbox);
            fixture.engine.pollSnapshot(fixture.outbox);
            fixture.held.runAll();
            assertThat(fixture.permit.tryTake(0)).as("given back").isTrue();
            fixture.permit.giveBack();
            assertThat(ReplicaEngineContract.files(fixture.outbox)).hasSize(1);
        }
    }

    @Test
    void applyingWaitsWhenTheOverlayIsFull() throws Exception {
        EngineSettings small = new EngineSettings(1, 10, 5_000);
        try (EngineFixture fixture = fixture("MapDb", 8, small)) {
            fixture.applyUpTo(50);
            fixture.engine.pollSnapshot(fixture.outbox);
            // The first entry fills the overlay, the second waits.
            fixture.applyUpTo(52);
            ExecutorService applier = Executors.newSingleThreadExecutor();
            Thread[] thread = new Thread[1];
            var applied = applier.submit(() -> {
                thread[0] = Thread.currentThread();
                fixture.applyUpTo(60);
                return null;
            });
            awaitWaiting(thread);
            assertThat(applied.isDone()).isFalse();

            fixture.held.runAll();

            applied.get(30, TimeUnit.SECONDS);
            applier.shutdown();
            fixture.assertEqualsModel();
        }
    }

    private static void awaitWaiting(Thread[] thread) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline) {
            Thread now = thread[0];
            if (now != null
                    && (now.getState() == Thread.State.TIMED_WAITING || now.getState() == Thread.State.WAITING)) {
                return;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("the applying thread does not wait");
    }

    @Test
    void diskThatRefusesASnapshotDoesNotFailTheReplica() throws Exception {
        try (EngineFixture fixture = fixture(10)) {
            fixture.applyUpTo(50);
            Path blocked = directory.resolve("blocked");
            Files.writeString(blocked, "a file where a directory should be");
            fixture.engine.pollSnapshot(blocked);
            fixture.applyUpTo(80);
            fixture.held.runAll();
            assertThat(fixture.engine.pollSnapshot(blocked)).isNull();
            assertThat(fixture.engine.failure()).isNull();
            fixture.held.runAll();

            fixture.applyUpTo(120);
            assertThat(fixture.snapshot().position()).isEqualTo(fixture.log.position(119));
            fixture.assertEqualsModel();
        }
    }

    @Test
    void backgroundThatTakesNoMoreTasksDoesNotFailTheReplica() throws Exception {
        ExecutorService gone = Executors.newSingleThreadExecutor();
        gone.shutdown();
        try (EngineFixture fixture = new EngineFixture(directory, stores("MapDb"), SETTINGS, 1, 10, gone)) {
            fixture.applyUpTo(50);
            assertThat(fixture.engine.pollSnapshot(fixture.outbox)).isNull();
            fixture.applyUpTo(90);
            fixture.assertEqualsModel();
            assertThat(fixture.permit.tryTake(0)).isTrue();
        }
    }

    @Test
    void receivedSnapshotReplacesTheStateEvenWhileOneIsWritten() throws Exception {
        try (EngineFixture source = fixture(11);
                EngineFixture target = fixture("Memory", 11, SETTINGS)) {
            source.applyUpTo(300);
            SnapshotFile snapshot = source.snapshot();
            target.applyUpTo(100);
            target.engine.pollSnapshot(target.outbox);
            target.applyUpTo(120);

            target.engine.pause();
            target.engine.load(snapshot);

            assertThat(target.engine.applied()).isEqualTo(snapshot.position());
            target.held.runAll();
            EngineFixture.assertEquals(target.engine, source.model);
            target.model = source.model;
            target.next = 300;
            target.applyUpTo(400);
            target.assertEqualsModel();
            assertThat(target.snapshot().position()).isEqualTo(target.log.position(399));
            source.model = EngineFixture.modelAt(source.log, 300);
        }
    }

    @Test
    void configurationTravelsWithSnapshotsAndReplacesTheOneBefore() throws Exception {
        try (EngineFixture fixture = fixture(12)) {
            fixture.applyUpTo(20);
            fixture.engine.configure(fixture.log.position(20), new byte[] {1, 2, 3});
            SnapshotFile snapshot = fixture.snapshot();

            SnapshotLoading.Loaded loaded = SnapshotLoading.load(
                    EngineFixture.SHARD,
                    EngineFixture.INCARNATION,
                    snapshot,
                    new MemoryStoreProvider(),
                    directory.resolve("unused"));
            assertThat(loaded.configuration()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void unusableSnapshotIsRefusedAndAnotherMayFollow() throws Exception {
        try (EngineFixture source = fixture(13);
                EngineFixture target = fixture(14)) {
            source.applyUpTo(300);
            SnapshotFile good = source.snapshot();
            byte[] bytes = Files.readAllBytes(good.path());
            bytes[bytes.length / 2] ^= 4;
            Path damaged = directory.resolve("damaged");
            Files.write(damaged, bytes);
            target.applyUpTo(10);
            target.engine.pause();

            for (SnapshotFile bad : new SnapshotFile[] {
                new SnapshotFile(damaged, good.position(), bytes.length),
                new SnapshotFile(good.path(), new Position(1, 1), bytes.length),
                new SnapshotFile(directory.resolve("missing"), good.position(), bytes.length)
            }) {
                assertThatThrownBy(() -> target.engine.load(bad)).isInstanceOf(IOException.class);
                assertThat(target.engine.applied())
                        .as("empty, not as it was before")
                        .isEqualTo(Position.NONE);
                assertThatThrownBy(() -> target.engine.reader().meta()).isInstanceOf(EngineClosedException.class);
            }
            assertThat(target.engine.failure()).isNull();

            target.engine.load(good);
            EngineFixture.assertEquals(target.engine, source.model);
            assertThat(ReplicaEngineContract.files(target.store)).hasSize(1);
        }
    }

    @Test
    void snapshotOfAnotherShardOrIncarnationIsRefused() throws Exception {
        try (EngineFixture fixture = fixture(15)) {
            fixture.applyUpTo(30);
            SnapshotFile snapshot = fixture.snapshot();
            fixture.engines.verify(EngineFixture.SHARD, 1, snapshot);
            assertThatThrownBy(() -> fixture.engines.verify(EngineFixture.SHARD, 2, snapshot))
                    .isInstanceOf(SnapshotCorruptException.class)
                    .hasMessageContaining("it is of shard 3, incarnation 1");
            assertThatThrownBy(() -> fixture.engines.verify(new io.ringkv.common.id.ShardId(4), 1, snapshot))
                    .isInstanceOf(SnapshotCorruptException.class);
            SnapshotFile elsewhere = new SnapshotFile(snapshot.path(), new Position(2, 29), 0);
            assertThatThrownBy(() -> fixture.engines.verify(EngineFixture.SHARD, 1, elsewhere))
                    .isInstanceOf(SnapshotCorruptException.class)
                    .hasMessageContaining("it holds (t:1, i:29), not (t:2, i:29)");
        }
    }

    @Test
    void storeThatLostOrChangedARecordIsFoundByTheNextSnapshot() throws Exception {
        for (FaultyStores.Fault fault :
                new FaultyStores.Fault[] {FaultyStores.Fault.HIDE_A_RECORD, FaultyStores.Fault.FLIP_A_BIT}) {
            FaultyStores stores = new FaultyStores();
            EngineFixture fixture = new EngineFixture(directory.resolve(fault.name()), stores, SETTINGS, 1, 50);
            fixture.applyUpTo(100);
            stores.fault = fault;
            fixture.engine.pollSnapshot(fixture.outbox);
            fixture.held.runAll();

            assertThatThrownBy(() -> fixture.engine.pollSnapshot(fixture.outbox))
                    .isInstanceOf(EngineFailedException.class)
                    .hasMessageContaining("STORE_CORRUPT");
            assertThat(fixture.engine.failure()).contains("STORE_CORRUPT");
            assertThat(ReplicaEngineContract.files(fixture.outbox)).isEmpty();
            fixture.close();
        }
    }

    @Test
    void storeThatCannotGrowStopsTheReplica() throws Exception {
        FaultyStores stores = new FaultyStores();
        EngineFixture fixture = new EngineFixture(directory, stores, SETTINGS, 1, 50);
        fixture.applyUpTo(40);
        stores.fault = FaultyStores.Fault.DISK_FULL;

        assertThatThrownBy(() -> fixture.applyUpTo(50))
                .isInstanceOf(EngineFailedException.class)
                .hasMessageContaining("DISK_FULL");
        assertThatThrownBy(() -> fixture.engine.reader().get(new byte[] {1})).isInstanceOf(EngineClosedException.class);
        fixture.close();
    }

    @Test
    void readThatMeetsDamageStopsTheReplica() throws Exception {
        FaultyStores stores = new FaultyStores();
        EngineFixture fixture = new EngineFixture(directory, stores, SETTINGS, 1, 50);
        fixture.applyUpTo(40);
        stores.fault = FaultyStores.Fault.FAIL_READS;

        assertThatThrownBy(() -> fixture.engine.reader().get(new byte[] {1})).isInstanceOf(EngineClosedException.class);
        assertThat(fixture.engine.failure()).contains("broken tree");
        assertThatThrownBy(() -> fixture.applyUpTo(50)).isInstanceOf(EngineFailedException.class);
        fixture.close();
    }
}
