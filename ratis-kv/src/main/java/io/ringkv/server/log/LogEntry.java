package io.ringkv.server.log;

import io.ringkv.server.log.EntryFormatException.Reason;

/**
 * An entry of the log, read in place. Once parsed it is known to be whole: checksum, lengths, counts and types are right,
 * only the bodies have not been looked at.
 *
 * <p>Refers to the array it was parsed from. Immutable as long as that is.
 */
public final class LogEntry {

    private final byte[] bytes;
    private final EntryHeader header;
    private final int count;
    private final int firstOperation;

    private LogEntry(byte[] bytes, EntryHeader header, int count, int firstOperation) {
        this.bytes = bytes;
        this.header = header;
        this.count = count;
        this.firstOperation = firstOperation;
    }

    /**
     * Checks an entry completely but for the bodies of its operations.
     *
     * @throws EntryFormatException if this release cannot apply it, with the reason
     */
    public static LogEntry parse(byte[] bytes) throws EntryFormatException {
        if (bytes.length < LogFormat.HEADER_BYTES) {
            throw new EntryFormatException(
                    Reason.NOT_AN_ENTRY,
                    "entry has " + bytes.length + " bytes (expected: at least " + LogFormat.HEADER_BYTES + ")");
        }
        ByteReader in = new ByteReader(bytes);
        if (in.readInt() != LogFormat.MAGIC) {
            throw new EntryFormatException(Reason.NOT_AN_ENTRY, "entry does not begin with the magic number");
        }
        int format = in.readShort();
        if (format != LogFormat.FORMAT) {
            throw new EntryFormatException(
                    Reason.UNKNOWN_FORMAT, "entry format " + format + " (known: " + LogFormat.FORMAT + ")");
        }
        int headerLength = in.readShort();
        int flags = in.readInt();
        int crc = in.readInt();
        if (crc != LogFormat.checksum(bytes)) {
            throw new EntryFormatException(Reason.CHECKSUM_MISMATCH, "entry of " + bytes.length + " bytes is damaged");
        }
        if (flags != 0) {
            throw new EntryFormatException(Reason.UNKNOWN_FLAGS, "entry flags 0x" + Integer.toHexString(flags));
        }
        int level = in.readInt();
        if (level < LogFormat.LOWEST_LEVEL || level > LogFormat.HIGHEST_LEVEL) {
            throw new EntryFormatException(
                    Reason.UNKNOWN_LEVEL,
                    "entry of level " + level + " (known: up to " + LogFormat.HIGHEST_LEVEL + ")");
        }
        return parseRest(in, bytes, level, headerLength);
    }

    private static LogEntry parseRest(ByteReader in, byte[] bytes, int level, int headerLength)
            throws EntryFormatException {
        int shard = in.readInt();
        int incarnation = in.readInt();
        int count = in.readInt();
        EntryHeader header =
                new EntryHeader(level, shard, incarnation, in.readLong(), in.readLong(), in.readLong(), in.readLong());
        if (headerLength < LogFormat.HEADER_BYTES || headerLength > bytes.length) {
            throw new EntryFormatException(
                    Reason.INCONSISTENT, "header of " + headerLength + " bytes in an entry of " + bytes.length);
        }
        if (count < 0 || count > LogFormat.MAX_OPERATIONS) {
            throw new EntryFormatException(
                    Reason.INCONSISTENT, count + " operations (limit: " + LogFormat.MAX_OPERATIONS + ")");
        }
        LogEntry entry = new LogEntry(bytes, header, count, headerLength);
        entry.checkOperations();
        return entry;
    }

    /** Walks over all operations once, so that apply meets nothing unknown in the middle of an entry. */
    private void checkOperations() throws EntryFormatException {
        OperationCursor cursor = operations();
        try {
            for (int i = 0; i < count; i++) {
                cursor.readNext();
            }
        } catch (MalformedBytesException e) {
            throw new EntryFormatException(
                    Reason.INCONSISTENT, "operation " + cursor.index() + " of " + count + ": " + e.getMessage());
        }
        if (cursor.unread() != 0) {
            throw new EntryFormatException(
                    Reason.INCONSISTENT, cursor.unread() + " bytes follow the last of " + count + " operations");
        }
    }

    /** What the entry says of itself. */
    public EntryHeader header() {
        return header;
    }

    /** Number of operations. */
    public int count() {
        return count;
    }

    /** A cursor before the first operation. */
    public OperationCursor operations() {
        return new OperationCursor(bytes, firstOperation, count);
    }
}
