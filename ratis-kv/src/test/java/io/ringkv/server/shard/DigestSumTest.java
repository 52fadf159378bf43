package io.ringkv.server.shard;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import io.ringkv.server.log.ByteReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DigestSumTest {

    private static final byte[] NOTHING = new byte[0];

    @Test
    void theHashIsMurmurHash3() {
        for (int length = 0; length < 200; length++) {
            byte[] bytes = new byte[length];
            new Random(length).nextBytes(bytes);
            HashCode expected = Hashing.murmur3_128(0).hashBytes(bytes);

            // An empty key leaves the seed of the record at 0.
            DigestSum sum = new DigestSum();
            sum.add(NOTHING, bytes);

            ByteReader reader = new ByteReader(expected.asBytes());
            assertThat(sum.value())
                    .as("length %d", length)
                    .isEqualTo(new Digest(Long.reverseBytes(reader.readLong()), Long.reverseBytes(reader.readLong())));
        }
    }

    @Test
    void theOrderDoesNotShowAndRemovingUndoesAdding() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<byte[][]> things = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                things.add(new byte[][] {randomBytes(random), randomBytes(random)});
            }
            DigestSum forward = new DigestSum();
            things.forEach(thing -> forward.add(thing[0], thing[1]));
            Collections.shuffle(things, random);
            DigestSum shuffled = new DigestSum();
            things.forEach(thing -> shuffled.add(thing[0], thing[1]));
            assertThat(shuffled.value()).as("seed %d", seed).isEqualTo(forward.value());

            things.forEach(thing -> shuffled.remove(thing[0], thing[1]));
            assertThat(shuffled.value()).as("seed %d", seed).isEqualTo(Digest.ZERO);
        }
    }

    @Test
    void bytesCannotMoveFromKeyToRecordUnnoticed() {
        assertThat(digest("ab", "c")).isNotEqualTo(digest("a", "bc"));
        assertThat(digest("ab", "")).isNotEqualTo(digest("", "ab"));
        assertThat(digest("a\0", "")).isNotEqualTo(digest("a", "\0"));
    }

    @Test
    void everyBitOfKeyAndRecordCounts() {
        byte[] key = ShardFixture.utf8("some key of 20 bytes");
        byte[] record = ShardFixture.utf8("a record that is longer than two blocks of the hash");
        Digest original = digest(key, record);
        for (int bit = 0; bit < 8 * (key.length + record.length); bit++) {
            byte[] otherKey = key.clone();
            byte[] otherRecord = record.clone();
            byte[] changed = bit / 8 < key.length ? otherKey : otherRecord;
            changed[bit / 8 % key.length] ^= (byte) (1 << bit % 8);
            assertThat(digest(otherKey, otherRecord)).isNotEqualTo(original);
        }
    }

    @Test
    void sumsCarryFromTheLowerHalf() {
        assertThat(new Digest(1, -1).plus(new Digest(2, 2))).isEqualTo(new Digest(4, 1));
        assertThat(new Digest(-1, -1).plus(new Digest(0, 1))).isEqualTo(Digest.ZERO);
    }

    private static Digest digest(String key, String record) {
        return digest(ShardFixture.utf8(key), ShardFixture.utf8(record));
    }

    private static Digest digest(byte[] key, byte[] record) {
        DigestSum sum = new DigestSum();
        sum.add(key, record);
        return sum.value();
    }

    private static byte[] randomBytes(Random random) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return bytes;
    }
}
