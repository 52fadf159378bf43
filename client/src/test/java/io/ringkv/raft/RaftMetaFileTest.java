package io.ringkv.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageMetadata;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ratis itself, through its public storage interface, is the judge of what the file holds. */
class RaftMetaFileTest {
    private static final RaftGroupId GROUP = RaftGroupId.valueOf(new UUID(1, 2));
    private static final RaftPeerId SELF = RaftPeerId.valueOf("5a3f");
    private static final RaftPeerId OTHER = RaftPeerId.valueOf("77c0");

    @TempDir
    private Path storage;

    private RaftMetaFile file;

    @BeforeEach
    void nameTheFile() {
        file = RaftMetaFile.of(storage, GROUP);
    }

    @Test
    void ratisReadsWhatWeWrite() throws Exception {
        assertThat(file.raiseTerm(7, SELF)).isEqualTo(new RaftMeta(7, SELF));

        assertThat(file.path()).isEqualTo(storage.resolve(GROUP.getUuid() + "/current/raft-meta"));
        assertThat(readByRatis()).isEqualTo(RaftStorageMetadata.valueOf(7, SELF));
    }

    @Test
    void weReadWhatRatisWrites() throws Exception {
        writeByRatis(RaftStorageMetadata.valueOf(9, OTHER));
        assertThat(file.read()).hasValue(new RaftMeta(9, OTHER));

        // Freshly formatted, or raised by a leader's append: no vote in this term yet.
        writeByRatis(RaftStorageMetadata.getDefault());
        assertThat(file.read()).hasValue(new RaftMeta(0, RaftMeta.NOBODY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b=c", "#x", " blank ", "é€😀", "back\\slash", "tab\there"})
    void anyPeerIdSurvives(String id) throws Exception {
        file.raiseTerm(1, RaftPeerId.valueOf(id));

        assertThat(file.read()).map(RaftMeta::votedFor).hasValue(RaftPeerId.valueOf(id));
        assertThat(readByRatis().getVotedFor()).isEqualTo(RaftPeerId.valueOf(id));
    }

    @Test
    void missingFileHoldsNothing() throws Exception {
        assertThat(file.read()).isEmpty();

        Files.createDirectories(file.path().getParent());
        assertThat(file.read()).isEmpty();
    }

    @Test
    void raisesALowerTermAndCastsTheVote() throws Exception {
        writeByRatis(RaftStorageMetadata.valueOf(6, OTHER));

        assertThat(file.raiseTerm(7, SELF)).isEqualTo(new RaftMeta(7, SELF));
        assertThat(readByRatis()).isEqualTo(RaftStorageMetadata.valueOf(7, SELF));
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 6, 1})
    void neverLowersATermNorChangesAVoteWithinIt(long floor) throws Exception {
        writeByRatis(RaftStorageMetadata.valueOf(7, OTHER));

        assertThat(file.raiseTerm(floor, SELF)).isEqualTo(new RaftMeta(7, OTHER));
        assertThat(readByRatis()).isEqualTo(RaftStorageMetadata.valueOf(7, OTHER));
    }

    @Test
    void behavesLikeAMaximumUnderAnySequenceOfFloors() throws Exception {
        long seed = 20261120;
        Random random = new Random(seed);
        RaftMeta model = new RaftMeta(0, RaftMeta.NOBODY);
        for (int step = 0; step < 200; step++) {
            long floor = 1L + random.nextInt(1 + step);
            RaftPeerId voter = random.nextBoolean() ? SELF : OTHER;
            model = floor > model.term() ? new RaftMeta(floor, voter) : model;

            assertThat(file.raiseTerm(floor, voter))
                    .as("seed %s, step %s", seed, step)
                    .isEqualTo(model);
            assertThat(file.read()).as("seed %s, step %s", seed, step).hasValue(model);
        }
    }

    @Test
    void refusesAFloorThatIsNoTermOfALeader() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.raiseTerm(0, SELF))
                .withMessageContaining("floor: 0");
    }

    @Test
    void refusesWhileTheGroupIsOpen() throws Exception {
        writeByRatis(RaftStorageMetadata.valueOf(3, OTHER));
        RaftStorage open = openByRatis();
        try {
            assertThatIOException()
                    .isThrownBy(() -> file.raiseTerm(7, SELF))
                    .withMessageContaining("while the group is open")
                    .withMessageContaining(file.path().toString());
        } finally {
            open.close();
        }
        assertThat(readByRatis()).isEqualTo(RaftStorageMetadata.valueOf(3, OTHER));
        assertThat(file.raiseTerm(7, SELF)).isEqualTo(new RaftMeta(7, SELF));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "term=3\n", "votedFor=x\n", "term=three\nvotedFor=x\n", "term=-1\nvotedFor=x\n", "\\u12"})
    void refusesAFileThatHoldsNoTermAndVoteAndLeavesItAlone(String content) throws Exception {
        Files.createDirectories(file.path().getParent());
        Files.writeString(file.path(), content);

        assertThatIOException()
                .isThrownBy(() -> file.read())
                .withMessageContaining(file.path().toString());
        assertThatIOException().isThrownBy(() -> file.raiseTerm(7, SELF));
        assertThat(file.path()).hasContent(content);
    }

    @Test
    void replacesALeftoverOfAnInterruptedWrite() throws Exception {
        Files.createDirectories(file.path().getParent());
        Files.writeString(file.path().resolveSibling("raft-meta.tmp"), "ter");

        file.raiseTerm(7, SELF);

        assertThat(readByRatis()).isEqualTo(RaftStorageMetadata.valueOf(7, SELF));
        assertThat(file.path().resolveSibling("raft-meta.tmp")).doesNotExist();
    }

    @Test
    void forcesTheContentBeforeTheNameAndThenEveryDirectoryAbove() throws Exception {
        List<String> forced = new ArrayList<>();
        RaftMetaFile recorded = RaftMetaFile.of(
                storage,
                GROUP,
                path -> forced.add(storage.relativize(path) + (Files.exists(file.path()) ? " named" : " unnamed")));

        recorded.raiseTerm(7, SELF);
        String group = GROUP.getUuid().toString();
        assertThat(forced)
                .containsExactly(
                        group + "/current/raft-meta.tmp unnamed",
                        group + "/current/raft-meta named",
                        group + "/current named",
                        group + " named",
                        " named");

        // Nothing to write, yet Ratis may have written the file without forcing its name.
        forced.clear();
        recorded.raiseTerm(5, SELF);
        assertThat(forced)
                .containsExactly(
                        group + "/current/raft-meta named", group + "/current named", group + " named", " named");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void holdsTheOldOrTheNewContentWhenTheDiskFails(int failingForce) throws Exception {
        writeByRatis(RaftStorageMetadata.valueOf(3, OTHER));
        int[] forces = {0};
        RaftMetaFile failing = RaftMetaFile.of(storage, GROUP, path -> {
            if (++forces[0] == failingForce) {
                throw new IOException("no space left");
            }
        });

        assertThatIOException().isThrownBy(() -> failing.raiseTerm(7, SELF)).withMessage("no space left");

        assertThat(readByRatis()).isIn(RaftStorageMetadata.valueOf(3, OTHER), RaftStorageMetadata.valueOf(7, SELF));
        assertThat(file.raiseTerm(7, SELF)).isEqualTo(new RaftMeta(7, SELF));
    }

    private RaftStorage openByRatis() throws IOException {
        RaftStorage opened = RaftStorage.newBuilder()
                .setDirectory(storage.resolve(GROUP.getUuid().toString()).toFile())
                .setOption(RaftStorage.StartupOption.RECOVER)
                .setLogCorruptionPolicy(CorruptionPolicy.EXCEPTION)
                .setStorageFreeSpaceMin(SizeInBytes.valueOf("0MB"))
                .build();
        opened.initialize();
        return opened;
    }

    private RaftStorageMetadata readByRatis() throws IOException {
        try (RaftStorage opened = openByRatis()) {
            return opened.getMetadataFile().getMetadata();
        }
    }

    private void writeByRatis(RaftStorageMetadata metadata) throws IOException {
        try (RaftStorage opened = openByRatis()) {
            opened.getMetadataFile().persist(metadata);
        }
    }
}
