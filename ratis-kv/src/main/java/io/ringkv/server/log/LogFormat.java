package io.ringkv.server.log;

import java.util.zip.CRC32C;

/** Numbers of log format 1. See docs/formats.md. */
public final class LogFormat {

    /** Format of the entries this release writes, and the only one it reads. */
    public static final int FORMAT = 1;

    /** Highest level of semantics this release knows. Replicas stop at entries and states of a higher one. */
    public static final int HIGHEST_LEVEL = 1;

    /** Lowest level there is. */
    public static final int LOWEST_LEVEL = 1;

    /** Bytes of an entry before its first operation. */
    public static final int HEADER_BYTES = 64;

    /** Bytes of an operation before its fields. */
    public static final int OPERATION_PREFIX_BYTES = 8;

    /** Most operations of an entry. */
    public static final int MAX_OPERATIONS = 65_536;

    /** "RKLE". */
    static final int MAGIC = 0x524b4c45;

    static final int CRC_OFFSET = 12;

    /** Operation flag: session, sequence and floor follow. */
    static final int FLAG_SESSION = 1;

    /** Operation flag: client id and idle time follow; the session is opened or found first. */
    static final int FLAG_OPENING = 2;

    static final int CLIENT_ID_BYTES = 16;

    private static final byte[] ZERO_CRC = new byte[Integer.BYTES];

    private LogFormat() {}

    /** Checksum of an entry: CRC-32C of all its bytes with those of the checksum taken as zero. */
    static int checksum(byte[] entry) {
        CRC32C crc = new CRC32C();
        crc.update(entry, 0, CRC_OFFSET);
        crc.update(ZERO_CRC);
        int rest = CRC_OFFSET + Integer.BYTES;
        crc.update(entry, rest, entry.length - rest);
        return (int) crc.getValue();
    }
}
