package io.ringkv.server.log;

import io.ringkv.server.log.EntryFormatException.Reason;

/**
 * Walks over the operations of a {@link LogEntry}. The accessors tell of the operation that {@link #next} moved to. One
 * thread.
 */
public final class OperationCursor {

    private static final int KNOWN_FLAGS = LogFormat.FLAG_SESSION | LogFormat.FLAG_OPENING;

    private final ByteReader in;
    private final byte[] bytes;
    private final int count;

    private int index = -1;
    private LogOperationType type = LogOperationType.PUT;
    private boolean opening;
    private long session;
    private long sequence;
    private long floor;
    private long clientHigh;
    private long clientLow;
    private long idleMillis;
    private int bodyOffset;
    private int bodyLength;

    OperationCursor(byte[] bytes, int firstOperation, int count) {
        this.bytes = bytes;
        this.count = count;
        this.in = new ByteReader(bytes, firstOperation, bytes.length - firstOperation);
    }

    /**
     * Moves to the next operation.
     *
     * @return false when there is none
     */
    public boolean next() {
        if (index + 1 >= count) {
            return false;
        }
        try {
            readNext();
        } catch (EntryFormatException e) {
            throw new IllegalStateException("The entry was changed after it was checked.", e);
        }
        return true;
    }

    /** Reads the next operation, trusting nothing. */
    void readNext() throws EntryFormatException {
        index++;
        int number = in.readShort();
        LogOperationType known = LogOperationType.ofNumber(number);
        if (known == null) {
            throw new EntryFormatException(Reason.UNKNOWN_OPERATION, "operation " + index + " is of type " + number);
        }
        type = known;
        int flags = in.readShort();
        int length = in.readInt();
        if ((flags & ~KNOWN_FLAGS) != 0) {
            throw new EntryFormatException(
                    Reason.UNKNOWN_FLAGS, "operation " + index + " has flags 0x" + Integer.toHexString(flags));
        }
        boolean hasSession = (flags & LogFormat.FLAG_SESSION) != 0;
        opening = (flags & LogFormat.FLAG_OPENING) != 0;
        if (hasSession != type.inSession() || (opening && !type.isWrite())) {
            throw new EntryFormatException(
                    Reason.INCONSISTENT,
                    "operation " + index + " of type " + type + " has flags 0x" + Integer.toHexString(flags));
        }
        readFields(length, hasSession);
    }

    private void readFields(int length, boolean hasSession) {
        if (length < 0 || length > in.remaining()) {
            throw new MalformedBytesException("length " + length + " (left: " + in.remaining() + ")");
        }
        int end = in.position() + length;
        session = hasSession ? in.readVarint() : 0;
        sequence = hasSession ? in.readVarint() : 0;
        floor = hasSession ? in.readVarint() : 0;
        clientHigh = opening ? in.readLong() : 0;
        clientLow = opening ? in.readLong() : 0;
        idleMillis = opening ? in.readVarint() : 0;
        bodyOffset = in.position();
        bodyLength = end - bodyOffset;
        // Negative when the fields reach beyond the length; skip refuses that.
        in.skip(bodyLength);
    }

    int unread() {
        return in.remaining();
    }

    /** Place of the operation in its entry, from 0. */
    public int index() {
        return index;
    }

    public LogOperationType type() {
        return type;
    }

    /** Whether the session is to be opened or found by its client id first. */
    public boolean opening() {
        return opening;
    }

    /** Session, 0 when the operation has none or opens it. */
    public long session() {
        return session;
    }

    /** Number of the request in its session. */
    public long sequence() {
        return sequence;
    }

    /** Smallest sequence the client still wants answered. */
    public long floor() {
        return floor;
    }

    /** Upper half of the client id, 0 unless {@link #opening}. */
    public long clientHigh() {
        return clientHigh;
    }

    /** Lower half of the client id, 0 unless {@link #opening}. */
    public long clientLow() {
        return clientLow;
    }

    /** Idle time to open the session with, 0 = default; 0 unless {@link #opening}. */
    public long idleMillis() {
        return idleMillis;
    }

    /** The array that holds the body: that of the whole entry. */
    public byte[] array() {
        return bytes;
    }

    public int bodyOffset() {
        return bodyOffset;
    }

    public int bodyLength() {
        return bodyLength;
    }
}
