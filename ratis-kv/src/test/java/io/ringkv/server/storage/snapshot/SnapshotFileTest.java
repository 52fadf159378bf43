package io.ringkv.server.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.server.shard.Digest;
import io.ringkv.server.storage.snapshot.SnapshotSample.Rebuilt;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invariant: a snapshot gives back exactly what was put in, or nothing at all. */
class SnapshotFileTest {

    @TempDir
    private Path directory;

    @Test
    void givesBackTheWholeState() throws Exception {
        for (int keys : new int[] {0, 1, 10, 3_000}) {
            SnapshotSample sample = new SnapshotSample(keys, keys, keys / 3, 400);
            Path file = directory.resolve("snapshot");

            assertThat(sample.write(file)).isEqualTo(Files.size(file));
            Rebuilt rebuilt = Rebuilt.from(file);

            assertThat(rebuilt.state.digest()).isEqualTo(sample.state.digest());
            assertThat(rebuilt.state.meta()).isEqualTo(sample.meta());
            assertThat(rebuilt.state.sessions().bytes())
                    .isEqualTo(sample.state.sessions().bytes());
            assertThat(rebuilt.configuration).isEqualTo(sample.configuration);
            assertThat(rebuilt.records).hasSize(sample.records.size());
            assertThat(rebuilt.state.keys()).isEqualTo(sample.state.keys());
        }
    }

    @Test
    void headerTellsOfTheStateWithoutReadingTheRest() throws Exception {
        SnapshotSample sample = new SnapshotSample(1, 10, 1, 10);
        Path file = directory.resolve("snapshot");
        sample.write(file);
        try (SnapshotReader reader = SnapshotReader.open(file)) {
            assertThat(reader.header()).isEqualTo(sample.header());
            assertThat(reader.keys()).isEqualTo(sample.state.keys());
            assertThat(reader.dataBytes()).isEqualTo(sample.state.dataBytes());
            assertThat(reader.digest()).isEqualTo(sample.state.digest());
        }
    }

    @Test
    void configurationMayBeMissing() throws Exception {
        SnapshotSample sample = new SnapshotSample(1, 10, 1, 10);
        sample.configuration = new byte[0];
        Path file = directory.resolve("snapshot");
        sample.write(file);
        assertThat(Rebuilt.from(file).configuration).isEmpty();
    }

    @Test
    void everySingleBitFlipOfASmallSnapshotIsDetected() throws Exception {
        Path file = directory.resolve("snapshot");
        new SnapshotSample(5, 12, 3, 20).write(file);
        byte[] bytes = Files.readAllBytes(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int bit = 0; bit < bytes.length * 8; bit++) {
                int at = bit / 8;
                put(channel, at, (byte) (bytes[at] ^ 1 << bit % 8));
                assertCorrupt(file, "bit " + bit);
                put(channel, at, bytes[at]);
            }
        }
        assertThat(Rebuilt.from(file).records).hasSize(12);
    }

    @Test
    void everyTruncationOfASmallSnapshotIsDetected() throws Exception {
        Path file = directory.resolve("snapshot");
        new SnapshotSample(5, 12, 3, 20).write(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (long length = channel.size() - 1; length >= 0; length--) {
                channel.truncate(length);
                assertCorrupt(file, "length " + length);
            }
        }
    }

    @Test
    void bytesBehindTheEndAreDetected() throws Exception {
        Path file = directory.resolve("snapshot");
        new SnapshotSample(5, 12, 3, 20).write(file);
        Files.write(file, new byte[] {0}, StandardOpenOption.APPEND);
        assertCorrupt(file, "one byte more");
    }

    @Test
    void damageOfALargeSnapshotIsDetected() throws Exception {
        Path file = directory.resolve("snapshot");
        new SnapshotSample(6, 5_000, 300, 300).write(file);
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes.length).as("several chunks").isGreaterThan(10 * SnapshotFormat.CHUNK_BYTES);
        for (long seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            byte[] damaged = damage(bytes, random);
            if (Arrays.equals(damaged, bytes)) {
                continue;
            }
            Files.write(file, damaged);
            assertCorrupt(file, "seed " + seed);
        }
    }

    /** A flipped bit, a zeroed or repeated page, exchanged pages, or a cut. */
    private static byte[] damage(byte[] bytes, Random random) {
        byte[] damaged = bytes.clone();
        int page = 4096;
        int first = random.nextInt(bytes.length - page);
        int second = random.nextInt(bytes.length - page);
        switch (random.nextInt(5)) {
            case 0 -> damaged[first] ^= (byte) (1 << random.nextInt(8));
            case 1 -> Arrays.fill(damaged, first, first + page, (byte) 0);
            case 2 -> System.arraycopy(bytes, first, damaged, second, page);
            case 3 -> {
                System.arraycopy(bytes, first, damaged, second, page);
                System.arraycopy(bytes, second, damaged, first, page);
            }
            default -> {
                return Arrays.copyOf(bytes, first);
            }
        }
        return damaged;
    }

    @Test
    void recordsOfARangeAreFoundThroughTheIndex() throws Exception {
        SnapshotSample sample = new SnapshotSample(8, 5_000, 5, 300);
        Path file = directory.resolve("snapshot");
        sample.write(file);
        byte[][] keys = sample.records.keySet().toArray(byte[][]::new);
        try (SnapshotReader reader = SnapshotReader.open(file)) {
            for (long seed = 0; seed < 60; seed++) {
                Random random = new Random(seed);
                byte[] from = boundary(random, keys);
                byte[] to = boundary(random, keys);
                if (Arrays.compareUnsigned(from, to) > 0) {
                    byte[] swapped = from;
                    from = to;
                    to = swapped;
                }
                NavigableMap<byte[], byte[]> found = new TreeMap<>(Arrays::compareUnsigned);
                reader.readRange(from, to, found::put);
                assertThat(List.copyOf(found.keySet()))
                        .as("seed %d", seed)
                        .usingElementComparator(Arrays::compareUnsigned)
                        .isEqualTo(List.copyOf(
                                sample.records.subMap(from, true, to, false).keySet()));
            }
            NavigableMap<byte[], byte[]> all = new TreeMap<>(Arrays::compareUnsigned);
            reader.readRange(new byte[0], null, all::put);
            assertThat(all).hasSize(sample.records.size());
        }
    }

    private static byte[] boundary(Random random, byte[][] keys) {
        byte[] key = keys[random.nextInt(keys.length)];
        return random.nextBoolean() ? key : Arrays.copyOf(key, key.length + 1);
    }

    @Test
    void rangeOfAnEmptySnapshotIsEmpty() throws Exception {
        Path file = directory.resolve("snapshot");
        new SnapshotSample(8, 0, 0, 1).write(file);
        try (SnapshotReader reader = SnapshotReader.open(file)) {
            reader.readRange(new byte[0], null, (key, record) -> assertThat(key).isNull());
        }
    }

    @Test
    void damagedChunkInARangeIsDetected() throws Exception {
        Path file = directory.resolve("snapshot");
        new SnapshotSample(8, 5_000, 5, 300).write(file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        try (SnapshotReader reader = SnapshotReader.open(file)) {
            assertThatThrownBy(() -> reader.readRange(new byte[0], null, (key, record) -> {}))
                    .isInstanceOf(SnapshotCorruptException.class);
        }
    }

    @Test
    void storeThatDiffersFromItsDigestOrCountsIsNoticedAndLeavesNoFile() throws Exception {
        SnapshotSample sample = new SnapshotSample(9, 50, 2, 50);
        Path file = directory.resolve("snapshot");
        for (SnapshotContents wrong : List.of(
                sample.contents(sample.state.digest().plus(new Digest(0, 1)), sample.state.keys()),
                sample.contents(sample.state.digest(), sample.state.keys() + 1))) {
            assertThatThrownBy(() -> new SnapshotWriter(wrong, () -> false).write(sample.cursor(), file))
                    .isInstanceOf(StateDamagedException.class)
                    .hasMessageStartingWith("STORE_CORRUPT: ");
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void cancelledSnapshotLeavesNoFile() throws Exception {
        SnapshotSample sample = new SnapshotSample(9, 5_000, 2, 300);
        SnapshotWriter writer = new SnapshotWriter(sample.contents(), () -> true);
        assertThatThrownBy(() -> writer.write(sample.cursor(), directory.resolve("snapshot")))
                .isInstanceOf(CancellationException.class);
        assertThat(files()).isEmpty();
    }

    @Test
    void fileThatIsNoSnapshotIsNamed() throws Exception {
        Path file = directory.resolve("snapshot");
        Files.write(file, new byte[5_000]);
        assertThatThrownBy(() -> SnapshotReader.open(file))
                .isInstanceOf(SnapshotCorruptException.class)
                .hasMessageStartingWith("SNAPSHOT_CORRUPT: The snapshot " + file)
                .hasMessageContaining("does not begin like a snapshot");
    }

    @Test
    void optionalSectionOfALaterReleaseIsPassedOver() throws Exception {
        SnapshotSample sample = new SnapshotSample(10, 5, 1, 20);
        Path file = directory.resolve("snapshot");
        sample.write(file);
        insertSection(file, 77, 0);

        assertThat(Rebuilt.from(file).records).hasSize(5);
    }

    @Test
    void requiredSectionOfALaterReleaseIsRefused() throws Exception {
        SnapshotSample sample = new SnapshotSample(10, 5, 1, 20);
        Path file = directory.resolve("snapshot");
        sample.write(file);
        insertSection(file, 77, SnapshotFormat.FLAG_REQUIRED);

        assertThatThrownBy(() -> Rebuilt.from(file))
                .isInstanceOf(SnapshotCorruptException.class)
                .hasMessageContaining("section 77 is not known to this release");
    }

    /** Adds a section before the trailer and gives the file checksums that match. */
    private static void insertSection(Path file, int tag, int flags) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        byte[] body = Arrays.copyOf(bytes, bytes.length - SnapshotFormat.TRAILER_BYTES);
        SnapshotTrailer trailer = SnapshotTrailer.decode(Arrays.copyOfRange(bytes, body.length, bytes.length));
        byte[] frame = new io.ringkv.server.log.ByteWriter(64)
                .writeShort(tag)
                .writeShort(flags | SnapshotFormat.FLAG_END)
                .writeInt(0)
                .writeInt(0)
                .writeInt(16)
                .writeInt(0)
                .writeLong(0)
                .writeLong(0)
                .toByteArray();
        byte[] crc = new io.ringkv.server.log.ByteWriter(4)
                .writeInt(SectionWriter.frameCrc(frame, frame.length))
                .toByteArray();
        System.arraycopy(crc, 0, frame, SnapshotFormat.FRAME_CRC_OFFSET, 4);
        byte[] longer = Arrays.copyOf(body, body.length + frame.length);
        System.arraycopy(frame, 0, longer, body.length, frame.length);
        java.util.zip.CRC32C bodyCrc = new java.util.zip.CRC32C();
        bodyCrc.update(longer);
        byte[] end = new SnapshotTrailer(
                        longer.length + SnapshotFormat.TRAILER_BYTES,
                        trailer.indexOffset(),
                        trailer.keys(),
                        trailer.dataBytes(),
                        trailer.sessions(),
                        trailer.digest(),
                        (int) bodyCrc.getValue())
                .encode();
        Files.write(file, longer);
        Files.write(file, end, StandardOpenOption.APPEND);
    }

    private static void put(FileChannel channel, long at, byte value) throws IOException {
        channel.write(java.nio.ByteBuffer.wrap(new byte[] {value}), at);
    }

    private static void assertCorrupt(Path file, String what) {
        assertThatThrownBy(() -> Rebuilt.from(file)).as(what).isInstanceOf(SnapshotCorruptException.class);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.toList();
        }
    }
}
