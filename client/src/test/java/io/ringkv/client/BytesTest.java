package io.ringkv.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BytesTest {

    @Test
    void ordersAsUnsignedBytes() {
        Random random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            byte[] left = new byte[random.nextInt(4)];
            byte[] right = new byte[random.nextInt(4)];
            random.nextBytes(left);
            random.nextBytes(right);

            assertThat(Integer.signum(Bytes.copyOf(left).compareTo(Bytes.copyOf(right))))
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(left, right)));
            assertThat(Bytes.copyOf(left).equals(Bytes.copyOf(right))).isEqualTo(Arrays.equals(left, right));
        }
    }

    @Test
    void aCopyDoesNotFollowItsSource() {
        byte[] source = {1, 2};
        Bytes bytes = Bytes.copyOf(source);
        source[0] = 9;
        bytes.toByteArray()[1] = 9;

        assertThat(bytes).isEqualTo(Bytes.wrap(new byte[] {1, 2}));
    }

    @Test
    void theSuccessorIsTheSmallestAbove() {
        Bytes key = Bytes.utf8("key");

        assertThat(key.successor()).isGreaterThan(key).isEqualTo(Bytes.utf8("key\0"));
        assertThat(key.successor()).isLessThan(Bytes.wrap(new byte[] {'k', 'e', 'y', 0, 0}));
    }

    @Test
    void tellsTextFromOtherBytes() {
        assertThat(Bytes.utf8("größe").asUtf8()).contains("größe");
        assertThat(Bytes.wrap(new byte[] {(byte) 0xff}).asUtf8()).isEmpty();
    }

    @Test
    void printsShortTextAsItIsAndTheRestInHexadecimal() {
        assertThat(Bytes.utf8("user:1")).hasToString("user:1");
        assertThat(Bytes.wrap(new byte[] {0, 1})).hasToString("0x0001 (2 bytes)");
        assertThat(Bytes.wrap(new byte[100]).toString()).contains("...").contains("100 bytes");
    }

    @Test
    void startsWithItsPrefixes() {
        assertThat(Bytes.utf8("abc").startsWith(Bytes.utf8("ab"))).isTrue();
        assertThat(Bytes.utf8("abc").startsWith(Bytes.empty())).isTrue();
        assertThat(Bytes.utf8("ab").startsWith(Bytes.utf8("abc"))).isFalse();
        assertThat(Bytes.utf8("xb").startsWith(Bytes.utf8("ab"))).isFalse();
    }
}
