package io.ringkv.common.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hash is XXH64 as published, whatever the offset. */
class XxHash64Test {

    private static final long PRIME_32 = 2654435761L;
    private static final long PRIME_64 = 0x9E3779B185EBCA8DL;

    /** Vectors of the sanity check that is part of xxHash itself (cli/xsum_sanity_check.c, xxHash 0.8). */
    @ParameterizedTest
    @CsvSource({
        "0,   0,          ef46db3751d8e999",
        "0,   2654435761, ac75fda2929b17ef",
        "1,   0,          e934a84adb052768",
        "1,   2654435761, 5014607643a9b4c3",
        "4,   0,          9136a0dca57457ee",
        "4,   2654435761, caab286bd8e9fdb5",
        "14,  0,          8282dcc4994e35c8",
        "14,  2654435761, c3bd6bf63deb6df0",
        "32,  0,          18b216492bb44b70",
        "33,  0,          55c8dc3e578f5b59",
        "222, 0,          b641ae8cb691c174",
        "222, 2654435761, 20cb8ab7ae10c14a",
        "512, 0,          4358d2fdd62b58a7",
    })
    void agreesWithThePublishedVectors(int length, long seed, String expected) {
        byte[] bytes = sanityBuffer(length);

        assertThat(Long.toHexString(XxHash64.hash(bytes, 0, length, seed))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'',  ef46db3751d8e999",
        "a,   d24ec4f1a98c6e5b",
        "abc, 44bc2cf5ad770999",
        "Nobody inspects the spammish repetition, fbcea83c8a378bf1",
    })
    void agreesWithWellKnownTexts(String text, String expected) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);

        assertThat(Long.toHexString(XxHash64.hash(bytes, 0, bytes.length, 0))).isEqualTo(expected);
    }

    @Test
    void hashesThePartOfAnArrayLikeACopyOfIt() {
        long seed = 64L;
        Random random = new Random(seed);
        byte[] bytes = new byte[300];
        random.nextBytes(bytes);
        for (int i = 0; i < 2000; i++) {
            int from = random.nextInt(bytes.length);
            int length = random.nextInt(bytes.length - from + 1);
            byte[] copy = Arrays.copyOfRange(bytes, from, from + length);

            assertThat(XxHash64.hash(bytes, from, length, 0))
                    .as("seed %d, offset %d, length %d", seed, from, length)
                    .isEqualTo(XxHash64.hash(copy, 0, length, 0));
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, 2", "0, 9", "8, 1", "1, -1"})
    void refusesToReadOutsideTheArray(int offset, int length) {
        assertThatThrownBy(() -> XxHash64.hash(new byte[8], offset, length, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static byte[] sanityBuffer(int length) {
        byte[] buffer = new byte[length];
        long generator = PRIME_32;
        for (int i = 0; i < length; i++) {
            buffer[i] = (byte) (generator >>> 56);
            generator *= PRIME_64;
        }
        return buffer;
    }
}
