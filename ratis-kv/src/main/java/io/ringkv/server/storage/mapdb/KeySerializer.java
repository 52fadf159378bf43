package io.ringkv.server.storage.mapdb;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import org.mapdb.DataInput2;
import org.mapdb.serializer.SerializerByteArray;

/**
 * Keys of the tree. Written as MapDB writes byte arrays, but searched for in the mapped memory itself: a look-up reads no
 * key into the heap, which halves its cost.
 */
final class KeySerializer extends SerializerByteArray {

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    @Override
    public int compare(byte[] first, byte[] second) {
        return Arrays.compareUnsigned(first, second);
    }

    @Override
    public int valueArraySearch(Object keys, byte[] key) {
        return Arrays.binarySearch((byte[][]) keys, key, Arrays::compareUnsigned);
    }

    @Override
    @SuppressWarnings("rawtypes") // So declared by MapDB.
    public int valueArraySearch(Object keys, byte[] key, Comparator comparator) {
        return valueArraySearch(keys, key);
    }

    /** Result as of {@link Arrays#binarySearch}; leaves the input behind the last key, as the caller needs it. */
    @Override
    @SuppressWarnings("rawtypes") // So declared by MapDB.
    public int valueArrayBinarySearch(byte[] key, DataInput2 input, int keysLength, Comparator comparator)
            throws IOException {
        int count = input.unpackInt();
        ByteBuffer mapped = input.internalByteBuffer();
        if (mapped == null) {
            return searchArray(key, input, count);
        }
        int found = -(count + 1);
        boolean decided = false;
        for (int i = 0; i < count; i++) {
            int length = input.unpackInt();
            int from = input.getPos();
            input.setPos(from + length);
            if (!decided) {
                int order = compare(key, mapped, from, length);
                decided = order <= 0;
                found = order == 0 ? i : decided ? -(i + 1) : found;
            }
        }
        return found;
    }

    private static int searchArray(byte[] key, DataInput2 input, int count) throws IOException {
        byte[] array = input.internalByteArray();
        int found = -(count + 1);
        boolean decided = false;
        for (int i = 0; i < count; i++) {
            int length = input.unpackInt();
            int from = input.getPos();
            input.setPos(from + length);
            if (!decided) {
                int order = Arrays.compareUnsigned(key, 0, key.length, array, from, from + length);
                decided = order <= 0;
                found = order == 0 ? i : decided ? -(i + 1) : found;
            }
        }
        return found;
    }

    /** Compares eight bytes at a time; the buffer is big-endian, as all of MapDB's. */
    private static int compare(byte[] key, ByteBuffer mapped, int from, int length) {
        int common = Math.min(key.length, length);
        int i = 0;
        for (; i <= common - Long.BYTES; i += Long.BYTES) {
            long first = (long) WORD.get(key, i);
            long second = mapped.getLong(from + i);
            if (first != second) {
                return Long.compareUnsigned(first, second);
            }
        }
        for (; i < common; i++) {
            int difference = Byte.toUnsignedInt(key[i]) - Byte.toUnsignedInt(mapped.get(from + i));
            if (difference != 0) {
                return difference;
            }
        }
        return key.length - length;
    }
}
