package io.ringkv.server.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardFixture;
import io.ringkv.server.storage.StoreProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine does, on every kind of store; a subclass names the kind. */
abstract class ReplicaEngineContract {

    static final EngineSettings SETTINGS = new EngineSettings(Long.MAX_VALUE, 10, 5_000);

    @TempDir
    Path directory;

    abstract StoreProvider stores();

    EngineFixture fixture(long seed, int maxValueBytes) throws Exception {
        return new EngineFixture(
                directory.resolve("seed" + seed + "-" + maxValueBytes), stores(), SETTINGS, seed, maxValueBytes);
    }

    @Test
    void comesToTheSameAsThePureStateMachine() throws Exception {
        for (long seed = 0; seed < 5; seed++) {
            try (EngineFixture fixture = fixture(seed, seed % 2 == 0 ? 50 : 3_000)) {
                for (long end = 100; end <= 400; end += 100) {
                    fixture.applyUpTo(end);
                    fixture.assertEqualsModel();
                }
            }
        }
    }

    @Test
    void startsEmptyAndBeforeTheFirstEntry() throws Exception {
        try (EngineFixture fixture = fixture(1, 10)) {
            assertThat(fixture.engine.applied()).isEqualTo(Position.NONE);
            assertThat(fixture.engine.reader().appliedIndex()).isEqualTo(-1);
            assertThat(fixture.engine.reader().meta()).isNull();
            assertThat(fixture.engine.reader().get(new byte[] {1})).isNull();
            assertThat(fixture.engine.stats()).isEqualTo(new EngineStats(0, 0, 0, 0, 0, 0));
            assertThat(fixture.engine.failure()).isNull();
        }
    }

    @Test
    void ignoresEntriesAtOrBelowItsPosition() throws Exception {
        try (EngineFixture fixture = fixture(1, 10)) {
            fixture.applyUpTo(60);
            EngineStats before = fixture.engine.stats();
            for (long index = 0; index < 60; index++) {
                assertThat(fixture.engine.apply(fixture.log.position(index), fixture.log.entry(index)))
                        .isNull();
                fixture.engine.advance(fixture.log.position(index));
            }
            assertThat(fixture.engine.stats()).isEqualTo(before);
            assertThat(fixture.engine.applied()).isEqualTo(fixture.log.position(59));
        }
    }

    @Test
    void advanceMovesThePositionAndNothingElse() throws Exception {
        try (EngineFixture fixture = fixture(1, 10)) {
            fixture.applyUpTo(10);
            EngineStats before = fixture.engine.stats();
            fixture.engine.advance(new Position(9, 77));
            assertThat(fixture.engine.applied()).isEqualTo(new Position(9, 77));
            assertThat(fixture.engine.reader().appliedIndex()).isEqualTo(77);
            assertThat(fixture.engine.stats()).isEqualTo(before);
        }
    }

    @Test
    void pagesHonourTheirLimitsAndTellWhereToGoOn() throws Exception {
        try (EngineFixture fixture = fixture(1, 10)) {
            fixture.applyUpTo(1);
            ShardFixture writer = ShardFixture.created();
            for (int i = 0; i < 10; i++) {
                writer.opening(1, i + 1, ShardFixture.put("p" + i, "12345678"));
            }
            writer.opening(1, 11, ShardFixture.put("q", "x"));
            fixture.engine.apply(new Position(1, 1), writer.entry());
            ShardReader reader = fixture.engine.reader();

            ScanPage first = reader.scan(range("p", "q", 4, Integer.MAX_VALUE, false));
            assertThat(keys(first)).containsExactly("p0", "p1", "p2", "p3");
            assertThat(first.next()).isEqualTo(ShardFixture.utf8("p4"));
            assertThat(first.revision()).isEqualTo(12);
            ScanPage last = reader.scan(range("p8", "q", 4, Integer.MAX_VALUE, false));
            assertThat(keys(last)).containsExactly("p8", "p9");
            assertThat(last.next()).isNull();
            assertThat(keys(reader.scan(range("p", "q", 10, 25, false)))).containsExactly("p0", "p1", "p2");
            assertThat(keys(reader.scan(range("p", "q", 10, 1, false)))).containsExactly("p0");
            assertThat(reader.scan(range("p", "q", 10, 1_000, true)).records())
                    .hasSize(10)
                    .allMatch(record -> record.value().length == 0 && record.version() == 1);
            assertThat(keys(reader.scan(new ScanRange(new byte[0], null, 100, 1_000, false))))
                    .hasSize(11);
            assertThat(reader.scan(range("x", "z", 10, 10, false)).records()).isEmpty();
        }
    }

    @Test
    void readOfManyKeysIsBoundedInBytes() throws Exception {
        try (EngineFixture fixture = fixture(1, 10)) {
            fixture.applyUpTo(1);
            ShardFixture writer = ShardFixture.created();
            writer.opening(1, 1, ShardFixture.put("a", "1".repeat(1_000)))
                    .opening(1, 2, ShardFixture.put("b", "1".repeat(1_000)));
            fixture.engine.apply(new Position(1, 1), writer.entry());
            ShardReader reader = fixture.engine.reader();
            byte[] a = ShardFixture.utf8("a");
            byte[] b = ShardFixture.utf8("b");

            assertThat(reader.multiGet(List.of(a, b), 2_002)).hasSize(2);
            assertThat(reader.multiGet(List.of(a, b), 2_001)).isNull();
            assertThat(reader.multiGet(List.of(a), 1))
                    .as("one is always answered")
                    .hasSize(1);
            assertThat(reader.multiGet(List.of(b, ShardFixture.utf8("none"), a), 9_999))
                    .extracting(Reads::text)
                    .satisfiesExactly(
                            text -> assertThat(text).startsWith("b="),
                            text -> assertThat(text).isEqualTo("none"),
                            text -> assertThat(text).startsWith("a="));
        }
    }

    @Test
    void damagedEntryStopsTheReplicaWithANamedReason() throws Exception {
        EngineFixture fixture = fixture(1, 10);
        fixture.applyUpTo(20);
        byte[] damaged = fixture.log.entry(20);
        damaged[70] ^= 1;

        assertThatThrownBy(() -> fixture.engine.apply(fixture.log.position(20), damaged))
                .isInstanceOf(EngineFailedException.class)
                .hasMessageContaining("CHECKSUM_MISMATCH")
                .hasMessageContaining(fixture.log.position(20).toString());

        assertThat(fixture.engine.failure()).contains("CHECKSUM_MISMATCH");
        assertThat(fixture.engine.applied()).isEqualTo(fixture.log.position(19));
        assertThatThrownBy(() -> fixture.engine.apply(fixture.log.position(20), fixture.log.entry(20)))
                .isInstanceOf(EngineFailedException.class);
        assertThatThrownBy(() -> fixture.engine.advance(new Position(9, 99))).isInstanceOf(EngineFailedException.class);
        assertThatThrownBy(() -> fixture.engine.pollSnapshot(fixture.outbox)).isInstanceOf(EngineFailedException.class);
        assertThatThrownBy(() -> fixture.engine.reader().get(new byte[] {1})).isInstanceOf(EngineClosedException.class);
        assertThatThrownBy(() -> fixture.engine.reader().meta()).isInstanceOf(EngineClosedException.class);
        fixture.close();
        assertThat(fixture.open(position -> true).applied()).isEqualTo(Position.NONE);
    }

    @Test
    void pausedOrClosedEngineRefusesEverything() throws Exception {
        EngineFixture fixture = fixture(1, 10);
        fixture.applyUpTo(20);
        fixture.engine.pause();
        assertThatThrownBy(() -> fixture.engine.reader().get(new byte[] {1})).isInstanceOf(EngineClosedException.class);
        assertThatThrownBy(() -> fixture.engine.apply(fixture.log.position(20), fixture.log.entry(20)))
                .isInstanceOf(EngineClosedException.class);
        assertThat(fixture.engine.failure()).isNull();
        fixture.close();
        fixture.close();
        assertThatThrownBy(() -> fixture.engine.reader().scan(range("a", "b", 1, 1, false)))
                .isInstanceOf(EngineClosedException.class);
        assertThatThrownBy(() -> fixture.engine.load(new SnapshotFile(Path.of("x"), Position.NONE, 0)))
                .isInstanceOf(EngineClosedException.class);
        assertThat(fixture.engine.stats().keys()).isPositive();
    }

    @Test
    void idleSessionsAreToldInOrder() throws Exception {
        try (EngineFixture fixture = fixture(1, 10)) {
            fixture.applyUpTo(30);
            assertThat(fixture.engine.idleSessions(0, 10)).isEmpty();
            List<Long> idle = fixture.engine.idleSessions(10_000_000, 10);
            assertThat(idle).hasSize(3).isSorted();
            assertThat(fixture.engine.idleSessions(10_000_000, 2)).isEqualTo(idle.subList(0, 2));
        }
    }

    @Test
    void interruptedCallerIsServedAndKeepsItsInterrupt() throws Exception {
        try (EngineFixture fixture = fixture(1, 3_000)) {
            Thread.currentThread().interrupt();
            fixture.applyUpTo(300);
            assertThat(Thread.interrupted()).isTrue();
            fixture.assertEqualsModel();
        }
    }

    static ScanRange range(String start, String end, int limit, int byteLimit, boolean keysOnly) {
        return new ScanRange(ShardFixture.utf8(start), ShardFixture.utf8(end), limit, byteLimit, keysOnly);
    }

    static List<String> keys(ScanPage page) {
        return page.records().stream()
                .map(record -> new String(record.key(), java.nio.charset.StandardCharsets.UTF_8))
                .toList();
    }

    static List<Path> files(Path directory) throws Exception {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(directory)) {
            return found.toList();
        }
    }
}
