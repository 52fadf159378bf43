package io.ringkv.testing.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Damages bytes the ways that disks, crashes and people do. */
final class Mutations {
    private static final byte[][] NASTY = {
        {0}, {-1}, {-1, -1, -1, -1, 7}, {'\n'}, {'"'}, {'{'}, {':'}, {'-'}, {(byte) 0xc3, 0x28}, {' ', ' '}, {'9', '9'}
    };

    private Mutations() {}

    /** One to four changes of the original. */
    static byte[] of(byte[] original, RandomGenerator random) {
        byte[] bytes = original.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes = once(bytes, random);
        }
        return bytes;
    }

    private static byte[] once(byte[] bytes, RandomGenerator random) {
        int at = random.nextInt(bytes.length + 1);
        int length = Math.min(bytes.length - at, 1 + random.nextInt(16));
        return switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> splice(bytes, at, at + length, new byte[0]);
            case 2 -> splice(bytes, at, at, NASTY[random.nextInt(NASTY.length)]);
            case 3 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
            case 4 -> splice(bytes, at, at + length, new byte[length]);
            default -> flipped(bytes, random);
        };
    }

    private static byte[] flipped(byte[] bytes, RandomGenerator random) {
        byte[] changed = bytes.clone();
        if (changed.length > 0) {
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        return changed;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] middle) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        out.writeBytes(middle);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }
}
