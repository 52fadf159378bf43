package io.ringkv.server.storage.snapshot;

import io.ringkv.server.log.ByteReader;

/**
 * A chunk in the buffer, valid until the next is read.
 *
 * @param array frame and payload
 * @param size bytes of both
 */
record SnapshotFrame(byte[] array, int size) {
    int section() {
        return number(0) >>> Short.SIZE;
    }

    boolean isRequired() {
        return (number(0) & SnapshotFormat.FLAG_REQUIRED) != 0;
    }

    boolean isEnd() {
        return (number(0) & SnapshotFormat.FLAG_END) != 0;
    }

    int chunk() {
        return number(4);
    }

    int items() {
        return number(8);
    }

    ByteReader payload() {
        return new ByteReader(array, SnapshotFormat.FRAME_BYTES, size - SnapshotFormat.FRAME_BYTES);
    }

    private int number(int offset) {
        return new ByteReader(array, offset, Integer.BYTES).readInt();
    }
}
