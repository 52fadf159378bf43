package io.ringkv.raft;

import static io.ringkv.raft.RaftNodes.await;
import static io.ringkv.raft.RaftNodes.bytes;
import static io.ringkv.raft.RaftNodes.get;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.id.GroupId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupDirectoryIT {
    private final GroupId group = new GroupId(UUID.nameUUIDFromBytes(bytes("group")));

    @TempDir
    private Path root;

    private RaftNodes nodes;

    @BeforeEach
    void prepare() {
        nodes = new RaftNodes(root);
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private GroupDirectory directory(long id) {
        return GroupDirectory.of(root.resolve("n" + id).resolve("raft"), group);
    }

    @Test
    void readsTheLogThatRatisWrote() throws IOException {
        nodes.start(1);
        nodes.create(group, 1);
        RaftDivision leader = nodes.awaitLeader(group);
        for (int i = 0; i < 10; i++) {
            get(leader.propose(bytes("v" + i)));
        }
        long term = leader.state().term();
        nodes.stop(1);

        GroupDirectory directory = directory(1);
        assertThat(directory.firstIndex()).isZero();
        // Index 0 is the configuration that the leader began with.
        assertThat(directory.last()).isEqualTo(new LogPosition(term, 10));
        assertThat(directory.term()).isEqualTo(term);
        assertThat(directory.contains(new LogPosition(term, 10))).isTrue();
        assertThat(directory.contains(new LogPosition(term, 0))).isTrue();
        assertThat(directory.contains(new LogPosition(term + 1, 10))).isFalse();
        assertThat(directory.contains(new LogPosition(term, 11))).isFalse();

        directory.raiseTermAfterHostStop(1);
        assertThat(directory.term()).isEqualTo(term + GroupDirectory.TERMS_AFTER_HOST_STOP);

        nodes.start(1);
        get(nodes.node(1).open(group));
        assertThat(nodes.awaitLeader(group).state().term()).isGreaterThan(term + GroupDirectory.TERMS_AFTER_HOST_STOP);
    }

    @Test
    void ignoresTheLastEntryCutByACrashAndRefusesDamage() throws IOException {
        nodes.start(1);
        nodes.create(group, 1);
        RaftDivision leader = nodes.awaitLeader(group);
        for (int i = 0; i < 10; i++) {
            get(leader.propose(bytes("v" + i)));
        }
        nodes.stop(1);
        GroupDirectory directory = directory(1);
        Path log = log(1);
        byte[] whole = Files.readAllBytes(log);
        int end = whole.length;
        while (whole[end - 1] == 0) {
            end--;
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            file.setLength(end - 3);
        }
        assertThat(requireNonNull(directory.last()).index()).isEqualTo(9);

        byte[] damaged = whole.clone();
        damaged[end / 2] ^= 0x40;
        Files.write(log, damaged);
        assertThatThrownBy(directory::last).isInstanceOf(IOException.class);
    }

    private Path log(long id) throws IOException {
        try (Stream<Path> files = Files.list(directory(id).path().resolve("current"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("log_"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void remembersItsVotersEvenIfAllStopBeforeTheFirstElection() throws IOException {
        for (long id = 1; id <= 3; id++) {
            nodes.start(id);
        }
        List<RaftMember> voters = nodes.members(1, 2, 3);
        for (long id = 1; id <= 3; id++) {
            directory(id).makeFirst(voters);
            assertThat(directory(id).holdsTermAndVote()).isTrue();
            assertThat(directory(id).firstIndex()).isEqualTo(-1);
            assertThat(directory(id).last()).isNull();
            nodes.stop(id);
        }
        for (long id = 1; id <= 3; id++) {
            nodes.start(id);
            get(nodes.node(id).open(group));
        }
        RaftDivision leader = nodes.awaitLeader(group);
        get(leader.propose(bytes("a")));
        assertThat(leader.state().voters()).containsExactlyInAnyOrder(1L, 2L, 3L);
    }

    @Test
    void makesADirectoryOnlyOnce() throws IOException {
        nodes.start(1);
        directory(1).makeFirst(nodes.members(1));
        assertThatThrownBy(() -> directory(1).makeFirst(nodes.members(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("exists already");
    }

    @Test
    void knowsNothingOfADirectoryThatIsNotThere() throws IOException {
        GroupDirectory absent = directory(9);
        assertThat(absent.exists()).isFalse();
        assertThat(absent.holdsTermAndVote()).isFalse();
        assertThat(absent.firstIndex()).isEqualTo(-1);
        assertThat(absent.last()).isNull();
    }

    @Test
    void lagsBehindTheFirstIndexAfterAPurge() throws IOException {
        nodes.schedule = new SnapshotSchedule(50, 1 << 30, 3_600_000);
        nodes.tuning = settings -> settings.withSegmentBytes(1 << 20);
        nodes.start(1);
        nodes.create(group, 1);
        RaftDivision leader = nodes.awaitLeader(group);
        String large = "x".repeat(20_000);
        for (int i = 0; i < 400; i++) {
            get(leader.propose(bytes(i + large)));
        }
        await("a purge", () -> firstIndexOf(directory(1)) > 0);
        nodes.stop(1);
        List<SnapshotDirectory.Snapshot> kept =
                SnapshotDirectory.of(directory(1).path()).newestFirst();
        assertThat(kept).hasSize(2);
        // The log reaches back to the older one.
        assertThat(directory(1).firstIndex())
                .isLessThanOrEqualTo(kept.get(1).position().index() + 1);
    }

    private static long firstIndexOf(GroupDirectory directory) {
        try {
            return directory.firstIndex();
        } catch (IOException e) {
            // Files come and go while the group is open.
            return -1;
        }
    }
}
