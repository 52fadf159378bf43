package io.ringkv.raft;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotDirectoryTest {
    @TempDir
    private Path group;

    private SnapshotDirectory snapshots;

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectories(group.resolve("current"));
        snapshots = SnapshotDirectory.of(group);
    }

    private Path write(String path, String content) throws IOException {
        Path file = group.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private List<String> present() throws IOException {
        return snapshots.newestFirst().stream()
                .map(snapshot ->
                        snapshot.position().term() + "_" + snapshot.position().index())
                .toList();
    }

    @Test
    void ordersByIndexAndIgnoresOtherFiles() throws IOException {
        write("sm/snapshot.3_200", "b");
        write("sm/snapshot.2_1000", "c");
        write("sm/snapshot.2_100", "a");
        write("sm/snapshot.2_1000.md5", "x");
        write("sm/snapshot.2_900.damaged", "x");
        write("sm/other", "x");
        assertThat(present()).containsExactly("2_1000", "3_200", "2_100");
    }

    @Test
    void publishesAndKeepsTheNewestTwo() throws IOException {
        for (int i = 1; i <= 4; i++) {
            Path finished = write("made" + i, "v" + i);
            snapshots.publish(finished, new LogPosition(1, 10L * i));
            snapshots.cleanupOldSnapshots(null);
            assertThat(finished).doesNotExist();
        }
        assertThat(present()).containsExactly("1_40", "1_30");
        assertThat(requireNonNull(snapshots.latest()).position()).isEqualTo(new LogPosition(1, 40));
        assertThat(requireNonNull(snapshots.getLatestSnapshot()).getIndex()).isEqualTo(40);
    }

    @Test
    void recoversWhenTheOldDirectoryWasMovedAwayAndTheNewNotYetInPlace() throws IOException {
        write("sm.tmp20260101_000000/snapshot.1_100", "old");
        write("tmp/snapshot-1234/snapshot.2_200", "new");
        write("tmp/snapshot-1234/snapshot.2_200.md5", "digest");

        snapshots.recover();

        assertThat(present()).containsExactly("2_200", "1_100");
        assertThat(group.resolve("sm.tmp20260101_000000")).doesNotExist();
        assertThat(group.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void recoversACompleteReceivedSnapshotThatWasNotMovedAtAll() throws IOException {
        write("sm/snapshot.1_100", "old");
        write("tmp/snapshot-1234/snapshot.2_200", "new");
        write("tmp/snapshot-1234/snapshot.2_200.md5", "digest");

        snapshots.recover();

        assertThat(present()).containsExactly("2_200", "1_100");
    }

    @Test
    void dropsAReceivedSnapshotThatIsNotComplete() throws IOException {
        write("sm/snapshot.1_100", "old");
        write("tmp/snapshot-1234/snapshot.2_200", "ne");

        snapshots.recover();

        assertThat(present()).containsExactly("1_100");
        assertThat(group.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void findsNothingToRecoverInAnUndisturbedDirectory() throws IOException {
        write("sm/snapshot.1_100", "old");
        snapshots.recover();
        assertThat(present()).containsExactly("1_100");
        SnapshotDirectory.of(group.resolve("absent")).recover();
    }

    @Test
    void refusesAndDeletesAReceivedSnapshotThatIsDamaged() throws IOException {
        write("tmp/snapshot-1/snapshot.2_200", "bad");
        write("tmp/snapshot-1/snapshot.2_200.md5", "digest");

        assertThatThrownBy(() -> snapshots.forceIncoming(snapshot -> {
                    throw new IOException("crc");
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("snapshot.2_200");
        assertThat(group.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void checksAllThatWasReceivedCompletely() throws IOException {
        write("tmp/snapshot-1/snapshot.2_200", "one");
        write("tmp/snapshot-1/snapshot.2_200.md5", "digest");
        write("tmp/snapshot-2/snapshot.2_300", "thr");

        assertThat(snapshots.forceIncoming(
                        snapshot -> assertThat(snapshot.file()).hasContent("one")))
                .isEqualTo(200);
    }

    @Test
    void takesWhatRatisPutInPlace() throws IOException {
        write("sm/snapshot.2_300", "new");
        write("tmp/snapshot-9/snapshot.2_200", "rest");

        SnapshotDirectory.Snapshot latest = requireNonNull(snapshots.reload());

        assertThat(latest.position().index()).isEqualTo(300);
        assertThat(group.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void doesNotLookAtASnapshotThatWasSetAside() throws IOException {
        write("sm/snapshot.1_100", "good");
        write("sm/snapshot.1_200", "bad");
        snapshots.setAside(snapshots.newestFirst().get(0));
        assertThat(present()).containsExactly("1_100");
    }
}
