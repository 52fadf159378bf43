package io.ringkv.testing.lab.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are damaged, and how, for many seeds. */
final class DamageTest {
    private static final int WRITTEN = 1_000;
    private static final int SEEDS = 200;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    void aFlipChangesOneBitOfWhatWasWritten() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            byte[] before = preallocated();
            Path file = Files.write(directory.resolve("log"), before);
            Damage.FLIP.apply(file, new SplittableRandom(seed));
            byte[] after = Files.readAllBytes(file);

            int at = Arrays.mismatch(before, after);
            assertThat(at).as("seed %d", seed).isBetween(0, WRITTEN - 1);
            assertThat(Integer.bitCount((before[at] ^ after[at]) & 0xff)).isOne();
            after[at] = before[at];
            assertThat(after).as("seed %d", seed).isEqualTo(before);
        }
    }

    @Test
    void aCutTakesPartOfWhatWasWritten() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            byte[] before = preallocated();
            Path file = Files.write(directory.resolve("log"), before);
            Damage.CUT.apply(file, new SplittableRandom(seed));
            byte[] after = Files.readAllBytes(file);

            assertThat(after.length).as("seed %d", seed).isLessThan(WRITTEN);
            assertThat(after).isEqualTo(Arrays.copyOf(before, after.length));
        }
    }

    @Test
    void eachKindOfFileIsMetAndNothingWithoutMeaning() throws IOException {
        List<String> shards = List.of("a2a9c347-1bf0-4bd8-aaec-71d98235fb86", "82296d16-8142-4922-a545-5445230a0828");
        for (String shard : shards) {
            write("raft/" + shard + "/current/log_inprogress_7");
            write("raft/" + shard + "/current/raft-meta");
            write("raft/" + shard + "/in_use.lock");
            write("quarantine/" + shard + "/raft-meta");
        }
        write("identity");
        write("lock");
        write("run.json");
        Files.createFile(directory.resolve("empty"));

        Set<String> kinds = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            Path file = Objects.requireNonNull(Damage.choose(directory, new SplittableRandom(seed)));
            assertThat(Damage.choose(directory, new SplittableRandom(seed))).isEqualTo(file);
            kinds.add(Damage.kind(directory.relativize(file).toString()));
        }
        assertThat(kinds)
                .containsExactlyInAnyOrder("identity", "raft/*/current/log_inprogress_#", "raft/*/current/raft-meta");
    }

    private static byte[] preallocated() {
        byte[] bytes = new byte[4 * WRITTEN];
        Arrays.fill(bytes, 0, WRITTEN, (byte) 0x5a);
        return bytes;
    }

    private void write(String path) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, "content");
    }
}
