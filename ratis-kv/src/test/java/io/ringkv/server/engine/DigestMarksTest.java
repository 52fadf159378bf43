package io.ringkv.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.server.shard.Digest;
import io.ringkv.server.shard.Position;
import io.ringkv.server.storage.MemoryStoreProvider;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Invariant: a mark is the digest of the state after exactly the entries up to its index, on whatever way a replica got
 * there. A mark that is not would make the manager give up a healthy replica.
 */
class DigestMarksTest {
    private static final long EVERY = ReplicaDigests.MARK_EVERY;

    @TempDir
    private Path directory;

    private EngineFixture fixture(String name) throws Exception {
        return new EngineFixture(
                directory.resolve(name), new MemoryStoreProvider(), ReplicaEngineContract.SETTINGS, 7, 20);
    }

    @Test
    void marksTheStateAfterEveryEntryWithARoundIndex() throws Exception {
        try (EngineFixture fixture = fixture("marked")) {
            fixture.applyUpTo(EVERY + 1);
            Digest atMark = fixture.engine.digests().applied().digest();
            assertThat(fixture.engine.digests().mark()).isNull();

            fixture.applyUpTo(EVERY + 200);

            assertThat(fixture.engine.digests().mark()).isEqualTo(new ReplicaDigests.At(EVERY, atMark));
            assertThat(fixture.engine.digests().applied().index()).isEqualTo(EVERY + 199);
            assertThat(fixture.engine.digests().applied().digest()).isNotEqualTo(atMark);
        }
    }

    @Test
    void marksTheSameWhereTheRoundIndexIsNoEntryOfTheShard() throws Exception {
        try (EngineFixture one = fixture("one");
                EngineFixture other = fixture("other")) {
            one.applyUpTo(EVERY - 10);
            other.applyUpTo(EVERY - 10);
            one.engine.advance(new Position(1_000, EVERY - 3));
            one.engine.advance(new Position(1_000, EVERY));
            one.engine.advance(new Position(1_000, EVERY + 5));
            other.engine.advance(new Position(1_000, EVERY + 5));

            assertThat(one.engine.digests()).isEqualTo(other.engine.digests());
            assertThat(one.engine.digests().mark()).isNotNull();
        }
    }

    @Test
    void marksNothingOfTheWayThatALoadedSnapshotLeftOut() throws Exception {
        try (EngineFixture source = fixture("source");
                EngineFixture behind = fixture("behind")) {
            source.applyUpTo(EVERY + 300);
            assertThat(source.engine.pollSnapshot(source.outbox)).isNull();
            source.held.runAll();
            SnapshotFile snapshot = Objects.requireNonNull(source.engine.pollSnapshot(source.outbox));
            behind.applyUpTo(100);

            behind.engine.load(snapshot);

            assertThat(behind.engine.digests().mark()).isNull();
            assertThat(behind.engine.digests().applied())
                    .isEqualTo(source.engine.digests().applied());
            EngineFixture.replay(behind.engine, source.log, 2 * EVERY + 10);
            source.applyUpTo(2 * EVERY + 10);
            assertThat(behind.engine.digests()).isEqualTo(source.engine.digests());
            assertThat(behind.engine.digests().mark()).isNotNull();
        }
    }
}
