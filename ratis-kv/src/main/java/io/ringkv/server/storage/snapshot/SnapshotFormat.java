package io.ringkv.server.storage.snapshot;

/** Numbers of snapshot format 1. */
final class SnapshotFormat {

    static final int FORMAT = 1;

    /** "RKSNAP" and a line end that careless copying would change. */
    static final long MAGIC = 0x524b534e41500d0aL;

    /** "RKSNAEND". */
    static final long END_MAGIC = 0x524b534e41454e44L;

    static final int HEADER_BYTES = 128;
    static final int FRAME_BYTES = 20;
    static final int FRAME_CRC_OFFSET = 16;
    static final int TRAILER_BYTES = 96;

    /** A chunk is closed when it has reached this size. */
    static final int CHUNK_BYTES = 64 << 10;

    /** No chunk is larger: a chunk plus the largest item. Keeps a damaged length from asking for all memory. */
    static final int MAX_CHUNK_BYTES = 8 << 20;

    /** Section: the shard's meta. */
    static final int META = 1;

    /** Section: the Raft configuration, opaque. */
    static final int CONFIGURATION = 2;

    /** Section: sessions with their results. */
    static final int SESSIONS = 3;

    /** Section: records by ascending internal key. */
    static final int DATA = 4;

    /** Section: where each chunk of records starts. */
    static final int INDEX = 5;

    /** Frame flag: a reader that does not know the section must not use the file. */
    static final int FLAG_REQUIRED = 1;

    /** Frame flag: ends its section; the payload holds the totals. */
    static final int FLAG_END = 2;

    private SnapshotFormat() {}

    /** Whether a release without this section may read the file nevertheless. */
    static boolean isRequired(int section) {
        return section == META || section == SESSIONS || section == DATA;
    }
}
