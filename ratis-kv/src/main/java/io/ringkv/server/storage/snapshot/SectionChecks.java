package io.ringkv.server.storage.snapshot;

import io.ringkv.server.log.ByteReader;
import io.ringkv.server.log.MalformedBytesException;
import java.util.Arrays;

/** Compares what the frames of a file say of themselves and of each other, in file order. One thread, one file. */
final class SectionChecks {

    private final SnapshotTrailer trailer;
    private int section;
    private int nextChunk;
    private long items;
    private long bytes;
    private boolean ended = true;
    private long sessions;
    private long records;
    private byte[] lastKey = new byte[0];
    private int seen;

    SectionChecks(SnapshotTrailer trailer) {
        this.trailer = trailer;
    }

    /** Takes the next frame. */
    void accept(SnapshotFrame frame, long position) {
        if (frame.section() != section || ended) {
            beginSection(frame, position);
        }
        if (frame.chunk() != nextChunk++) {
            throw new MalformedBytesException("chunk " + frame.chunk() + " stands out of order");
        }
        if (frame.isEnd()) {
            ByteReader totals = frame.payload();
            if (totals.readLong() != items || totals.readLong() != bytes || totals.remaining() != 0) {
                throw new MalformedBytesException("the totals of section " + section + " do not match");
            }
            ended = true;
        } else {
            items += frame.items();
            bytes += frame.size() - SnapshotFormat.FRAME_BYTES;
            sessions += section == SnapshotFormat.SESSIONS ? frame.items() : 0;
            records += section == SnapshotFormat.DATA ? frame.items() : 0;
        }
    }

    private void beginSection(SnapshotFrame frame, long position) {
        if (!ended || frame.section() <= section) {
            throw new MalformedBytesException("section " + frame.section() + " stands out of order");
        }
        boolean known = frame.section() <= SnapshotFormat.INDEX;
        if (!known && frame.isRequired()) {
            throw new MalformedBytesException("section " + frame.section() + " is not known to this release");
        }
        if (frame.section() == SnapshotFormat.INDEX && position != trailer.indexOffset()) {
            throw new MalformedBytesException("the index is not where the trailer says");
        }
        section = frame.section();
        seen |= known ? 1 << section : 0;
        nextChunk = 0;
        items = 0;
        bytes = 0;
        ended = false;
    }

    /** Refuses a key that is not above the one before. */
    void ascends(byte[] key) {
        if (key.length == 0 || Arrays.compareUnsigned(lastKey, key) >= 0) {
            throw new MalformedBytesException("keys do not ascend");
        }
        lastKey = key;
    }

    /** Refuses bytes behind the last item. */
    void exhausted(ByteReader in) {
        if (in.remaining() != 0) {
            throw new MalformedBytesException(in.remaining() + " bytes are left over");
        }
    }

    /** Refuses a file that ends here when something is missing. */
    void finish() {
        int required = 1 << SnapshotFormat.META
                | 1 << SnapshotFormat.SESSIONS
                | 1 << SnapshotFormat.DATA
                | 1 << SnapshotFormat.INDEX;
        if (!ended || (seen & required) != required) {
            throw new MalformedBytesException("a section is missing");
        }
        if (sessions != trailer.sessions() || records != trailer.keys()) {
            throw new MalformedBytesException("the counts of the trailer do not match");
        }
    }
}
