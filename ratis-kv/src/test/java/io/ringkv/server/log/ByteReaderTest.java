package io.ringkv.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteReaderTest {

    @Test
    void readsWhatWasWritten() {
        ByteWriter out = new ByteWriter(1);
        out.writeByte(0xfe)
                .writeShort(0xfedc)
                .writeInt(-2)
                .writeLong(Long.MIN_VALUE)
                .writeVarint(300);
        out.writeBytes(new byte[] {7, 8});

        ByteReader in = new ByteReader(out.toByteArray());

        assertThat(in.readByte()).isEqualTo(0xfe);
        assertThat(in.readShort()).isEqualTo(0xfedc);
        assertThat(in.readInt()).isEqualTo(-2);
        assertThat(in.readLong()).isEqualTo(Long.MIN_VALUE);
        assertThat(in.readVarint()).isEqualTo(300);
        assertThat(in.readBytes(2)).containsExactly(7, 8);
        assertThat(in.remaining()).isZero();
    }

    @Test
    void varintsOfAllSizesRoundTripInTheAnnouncedBytes() {
        for (int bits = 0; bits <= 64; bits++) {
            for (long value :
                    new long[] {bits == 64 ? -1 : (1L << bits) - 1, bits == 64 ? Long.MIN_VALUE : 1L << bits}) {
                ByteWriter out = new ByteWriter(0);
                out.writeVarint(value);
                assertThat(out.size()).isEqualTo(ByteWriter.varintBytes(value));
                assertThat(new ByteReader(out.toByteArray()).readVarint()).isEqualTo(value);
            }
        }
    }

    @Test
    void refusesVarintsBeyond64Bits() {
        byte[] tooLong = new byte[11];
        Arrays.fill(tooLong, (byte) 0x80);
        assertMalformed(tooLong);
        tooLong[9] = 2;
        assertMalformed(tooLong);
    }

    @Test
    void neverReadsOutsideItsSlice() {
        byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        ByteReader in = new ByteReader(bytes, 2, 3);
        assertThatThrownBy(in::readInt).isInstanceOf(MalformedBytesException.class);
        assertThatThrownBy(in::readLong).isInstanceOf(MalformedBytesException.class);
        assertThatThrownBy(() -> in.readBytes(4)).isInstanceOf(MalformedBytesException.class);
        assertThatThrownBy(() -> in.skip(-1)).isInstanceOf(MalformedBytesException.class);
        assertThat(in.readBytes(3)).containsExactly(3, 4, 5);
        assertThatThrownBy(in::readByte).isInstanceOf(MalformedBytesException.class);
    }

    @Test
    void refusesLengthsBeyondWhatIsLeft() {
        ByteWriter out = new ByteWriter(0);
        out.writeVarint(3).writeBytes(new byte[2]);
        assertThatThrownBy(() -> new ByteReader(out.toByteArray()).readLength())
                .isInstanceOf(MalformedBytesException.class);
        assertThatThrownBy(() -> new ByteReader(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1}).readLength())
                .isInstanceOf(MalformedBytesException.class);
    }

    @Test
    void randomBytesAreReadOrRefusedButNeverCrash() {
        for (long seed = 0; seed < 10_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(16)];
            random.nextBytes(bytes);
            ByteReader in = new ByteReader(bytes);
            try {
                while (in.remaining() > 0) {
                    in.readVarint();
                }
            } catch (MalformedBytesException expected) {
                assertThat(expected).as("seed %d", seed).hasMessageNotContaining("null");
            }
        }
    }

    private static void assertMalformed(byte[] bytes) {
        assertThatThrownBy(() -> new ByteReader(bytes).readVarint()).isInstanceOf(MalformedBytesException.class);
    }
}
