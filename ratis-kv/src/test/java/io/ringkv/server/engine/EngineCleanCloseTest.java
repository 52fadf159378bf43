package io.ringkv.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.id.ShardId;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardFixture;
import io.ringkv.server.storage.mapdb.MapDbOptions;
import io.ringkv.server.storage.mapdb.MapDbStoreProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invariant: an engine opens with the state it was closed with, or empty. Feared: anything in between. */
class EngineCleanCloseTest {

    private static final EngineSettings SETTINGS = new EngineSettings(Long.MAX_VALUE, 10, 5_000);
    private static final long END = 230;

    @TempDir
    private Path directory;

    private EngineFixture fixture;

    @BeforeEach
    void applySome() throws Exception {
        fixture =
                new EngineFixture(directory, new MapDbStoreProvider(new MapDbOptions(1 << 20, 0)), SETTINGS, 1, 2_000);
        fixture.applyUpTo(END);
    }

    @Test
    void closedEngineOpensWhereItWas() throws Exception {
        for (int round = 0; round < 3; round++) {
            fixture.engine.close();
            assertThat(fixture.engines.closedAt(fixture.store)).isEqualTo(fixture.log.position(fixture.next - 1));

            List<Position> asked = new ArrayList<>();
            fixture.engine = fixture.open(position -> {
                asked.add(position);
                return true;
            });

            assertThat(asked).containsExactly(fixture.log.position(fixture.next - 1));
            assertThat(fixture.engine.applied()).isEqualTo(asked.get(0));
            fixture.assertEqualsModel();
            fixture.applyUpTo(fixture.next + 100);
            fixture.assertEqualsModel();
        }
        fixture.close();
    }

    @Test
    void positionThatTheLogDoesNotKnowIsNotBelieved() throws Exception {
        fixture.engine.close();
        assertOpensEmpty(position -> false);
        assertThat(fixture.engines.closedAt(fixture.store)).as("thrown away").isEqualTo(Position.NONE);
    }

    @Test
    void firstChangeRemovesTheMarkerBeforeAnythingElse() throws Exception {
        fixture.engine.close();
        fixture.engine = fixture.open(position -> true);
        assertThat(marker()).as("nothing was changed yet").exists();

        fixture.applyUpTo(fixture.next + 1);

        assertThat(marker()).doesNotExist();
        assertOpensEmpty(crashed(), position -> true);
        fixture.close();
    }

    @Test
    void crashBeforeTheFirstChangeKeepsTheMarker() throws Exception {
        fixture.engine.close();
        fixture.engine = fixture.open(position -> true);
        fixture.engine.advance(new Position(9, END + 5));

        ShardEngine afterCrash = fixture.engines.open(EngineFixture.SHARD, 1, crashed(), position -> true);

        assertThat(afterCrash.applied()).isEqualTo(fixture.log.position(END - 1));
        EngineFixture.assertEquals(afterCrash, fixture.model);
        afterCrash.close();
        fixture.close();
    }

    @Test
    void engineThatWasNotClosedOpensEmpty() throws Exception {
        assertOpensEmpty(crashed(), position -> true);
        fixture.close();
    }

    @Test
    void engineThatLoadedASnapshotAndCrashedOpensEmpty() throws Exception {
        SnapshotFile snapshot = fixture.snapshot();
        fixture.engine.close();
        fixture.engine = fixture.open(position -> true);
        fixture.engine.pause();
        fixture.engine.load(snapshot);
        assertOpensEmpty(crashed(), position -> true);
        fixture.close();
    }

    @Test
    void markerOfAnotherShardOrIncarnationIsThrownAway() throws Exception {
        fixture.engine.close();
        Path copy = crashed();
        ShardEngine other = fixture.engines.open(new ShardId(9), 1, copy, position -> true);
        assertThat(other.applied()).isEqualTo(Position.NONE);
        other.close();

        ShardEngine later = fixture.engines.open(EngineFixture.SHARD, 2, fixture.store, position -> true);
        assertThat(later.applied()).isEqualTo(Position.NONE);
        later.close();
    }

    @Test
    void damagedMarkerIsNotBelieved() throws Exception {
        fixture.engine.close();
        byte[] bytes = Files.readAllBytes(marker());
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(marker(), random.nextBoolean() ? damaged : Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            assertThat(fixture.engines.closedAt(fixture.store))
                    .as("seed %d", seed)
                    .isEqualTo(Position.NONE);
        }
        assertOpensEmpty(position -> true);
    }

    @Test
    void anyChangeOfTheStoreIsNoticed() throws Exception {
        fixture.engine.close();
        Path store = storeFile(fixture.store);
        byte[] bytes = Files.readAllBytes(store);
        byte[] marker = Files.readAllBytes(marker());
        String name = store.getFileName().toString();
        for (long seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            byte[] changed = bytes.clone();
            int at = random.nextInt(random.nextBoolean() ? bytes.length : 8_192);
            changed[at] ^= (byte) (1 << random.nextInt(8));
            if (random.nextInt(5) == 0) {
                changed = Arrays.copyOf(changed, at);
            }
            Path copy = directory.resolve("copy" + seed);
            Files.createDirectories(copy);
            Files.write(copy.resolve(name), changed);
            Files.write(copy.resolve("clean"), marker);
            assertOpensEmpty(copy, position -> true);
        }
    }

    @Test
    void missingStoreIsNoticed() throws Exception {
        fixture.engine.close();
        Files.delete(storeFile(fixture.store));
        assertThat(fixture.engines.closedAt(fixture.store)).isEqualTo(Position.NONE);
        assertOpensEmpty(position -> true);
    }

    @Test
    void emptyShardLeavesNoMarker() throws Exception {
        Path other = directory.resolve("other");
        fixture.engines.open(EngineFixture.SHARD, 1, other, position -> true).close();
        assertThat(fixture.engines.closedAt(other)).isEqualTo(Position.NONE);
        assertThat(ReplicaEngineContract.files(other)).isEmpty();
        assertThat(fixture.engines.closedAt(directory.resolve("none"))).isEqualTo(Position.NONE);
    }

    @Test
    void openingRemovesWhatEarlierLivesLeft() throws Exception {
        fixture.engine.close();
        Files.writeString(fixture.store.resolve("store-77"), "left by a crash");
        Files.writeString(fixture.store.resolve("clean.tmp"), "half a marker");
        fixture.engine = fixture.open(position -> true);
        assertThat(ReplicaEngineContract.files(fixture.store)).hasSize(2);
        fixture.assertEqualsModel();
        fixture.close();
    }

    @Test
    void configurationIsKept() throws Exception {
        fixture.engine.configure(fixture.log.position(END), new byte[] {4, 5});
        fixture.engine.close();
        fixture.engine = fixture.open(position -> true);
        SnapshotFile snapshot = fixture.snapshot();
        SnapshotLoading.Loaded loaded = SnapshotLoading.load(
                EngineFixture.SHARD,
                1,
                snapshot,
                new io.ringkv.server.storage.MemoryStoreProvider(),
                directory.resolve("unused"));
        assertThat(loaded.configuration()).containsExactly(4, 5);
        fixture.close();
    }

    @Test
    void sessionsSurviveTheClose() throws Exception {
        fixture.engine.close();
        fixture.engine = fixture.open(position -> true);
        // A late copy of a write from before the close, by the same client in the same session.
        ShardFixture late = ShardFixture.created();
        byte[] entry = late.opening(1, 1, ShardFixture.put("late", "x")).entry();
        assertThat(fixture.engine.apply(new Position(9, END + 1), entry))
                .isNotNull()
                .satisfies(outcome ->
                        assertThat(outcome.operations().get(0).code().name()).isEqualTo("ABANDONED"));
        fixture.close();
    }

    private void assertOpensEmpty(java.util.function.Predicate<Position> known) throws IOException {
        assertOpensEmpty(fixture.store, known);
    }

    private void assertOpensEmpty(Path store, java.util.function.Predicate<Position> known) throws IOException {
        ShardEngine engine = fixture.engines.open(EngineFixture.SHARD, 1, store, known);
        assertThat(engine.applied()).isEqualTo(Position.NONE);
        assertThat(engine.stats().keys()).isZero();
        assertThat(engine.reader()
                        .scan(new ScanRange(new byte[0], null, 1, 1, false))
                        .records())
                .isEmpty();
        engine.close();
    }

    /** A copy of the directory as a crash at this moment would leave it. */
    private Path crashed() throws IOException {
        Path copy = directory.resolve("crashed");
        Files.createDirectories(copy);
        try (Stream<Path> files = Files.list(fixture.store)) {
            files.forEach(file -> copy(file, copy.resolve(file.getFileName())));
        }
        return copy;
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path marker() {
        return fixture.store.resolve("clean");
    }

    private static Path storeFile(Path store) throws Exception {
        return ReplicaEngineContract.files(store).stream()
                .filter(file -> file.getFileName().toString().startsWith("store-"))
                .findFirst()
                .orElseThrow();
    }
}
