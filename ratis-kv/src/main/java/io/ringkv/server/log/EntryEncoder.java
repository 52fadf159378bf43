package io.ringkv.server.log;

import java.util.Arrays;
import java.util.Objects;

/**
 * Gathers operations and writes them as one entry of the log.
 *
 * <p>Bodies are referenced while gathering and copied once, into an array of the exact size, by {@link #finish}: they must
 * stay unchanged until then. The size is known at any time before. Refuses what no log may hold, because an entry that
 * replicas cannot read stops all of them.
 *
 * <p>Reusable: {@code finish} and {@link #clear} empty it. One thread.
 */
public final class EntryEncoder {

    private static final int INITIAL_CAPACITY = 64;
    private static final int FIELDS = 6;
    private static final int SESSION = 0;
    private static final int SEQUENCE = 1;
    private static final int FLOOR = 2;
    private static final int CLIENT_HIGH = 3;
    private static final int CLIENT_LOW = 4;
    private static final int IDLE = 5;

    private LogOperationType[] types = new LogOperationType[INITIAL_CAPACITY];
    private int[] flags = new int[INITIAL_CAPACITY];
    private long[] fields = new long[INITIAL_CAPACITY * FIELDS];
    private byte[][] bodies = new byte[INITIAL_CAPACITY][];
    private int[] offsets = new int[INITIAL_CAPACITY];
    private int[] lengths = new int[INITIAL_CAPACITY];
    private int count;
    private int sizeBytes = LogFormat.HEADER_BYTES;

    /** Bytes that an operation of a session will take in the entry. */
    public static int operationBytes(long session, long sequence, long floor, int bodyLength) {
        return LogFormat.OPERATION_PREFIX_BYTES
                + ByteWriter.varintBytes(session)
                + ByteWriter.varintBytes(sequence)
                + ByteWriter.varintBytes(floor)
                + bodyLength;
    }

    /** Bytes that a write which opens its session will take in the entry. */
    public static int openingOperationBytes(long idleMillis, long sequence, long floor, int bodyLength) {
        return operationBytes(0, sequence, floor, bodyLength)
                + LogFormat.CLIENT_ID_BYTES
                + ByteWriter.varintBytes(idleMillis);
    }

    /** Bytes that an operation outside sessions will take in the entry. */
    public static int operationBytes(int bodyLength) {
        return LogFormat.OPERATION_PREFIX_BYTES + bodyLength;
    }

    /** Number of operations gathered. */
    public int count() {
        return count;
    }

    /** Bytes of the entry if it were finished now. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /**
     * Adds an operation of an open session.
     *
     * @param floor smallest sequence the client still wants answered
     * @throws IllegalArgumentException if the type does not belong to a session, or the entry is full
     */
    public void add(
            LogOperationType type, long session, long sequence, long floor, byte[] body, int offset, int length) {
        if (!type.inSession()) {
            throw new IllegalArgumentException("operation type: " + type + " (expected: one of a session)");
        }
        int bytes = operationBytes(session, sequence, floor, length);
        int index = append(type, LogFormat.FLAG_SESSION, bytes, body, offset, length);
        fields[index + SESSION] = session;
        fields[index + SEQUENCE] = sequence;
        fields[index + FLOOR] = floor;
    }

    /**
     * Adds a write that opens, or finds, the session of its client first.
     *
     * @param clientHigh upper half of the client id
     * @param clientLow lower half of the client id
     * @param idleMillis idle time of the session if it is opened; 0 = the default
     * @throws IllegalArgumentException if the type is not a write, or the entry is full
     */
    public void addOpening(
            LogOperationType type,
            long clientHigh,
            long clientLow,
            long idleMillis,
            long sequence,
            long floor,
            byte[] body,
            int offset,
            int length) {
        if (!type.isWrite()) {
            throw new IllegalArgumentException("operation type: " + type + " (expected: a write)");
        }
        int bytes = openingOperationBytes(idleMillis, sequence, floor, length);
        int opening = LogFormat.FLAG_SESSION | LogFormat.FLAG_OPENING;
        int index = append(type, opening, bytes, body, offset, length);
        fields[index + SESSION] = 0;
        fields[index + SEQUENCE] = sequence;
        fields[index + FLOOR] = floor;
        fields[index + CLIENT_HIGH] = clientHigh;
        fields[index + CLIENT_LOW] = clientLow;
        fields[index + IDLE] = idleMillis;
    }

    /**
     * Adds an operation outside sessions.
     *
     * @throws IllegalArgumentException if the type belongs to a session, or the entry is full
     */
    public void add(LogOperationType type, byte[] body, int offset, int length) {
        if (type.inSession()) {
            throw new IllegalArgumentException("operation type: " + type + " (expected: one outside sessions)");
        }
        append(type, 0, operationBytes(length), body, offset, length);
    }

    /** Adds an operation outside sessions. */
    public void add(LogOperationType type, byte[] body) {
        add(type, body, 0, body.length);
    }

    private int append(LogOperationType type, int flag, int bytes, byte[] body, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, body.length);
        if (count == LogFormat.MAX_OPERATIONS) {
            throw new IllegalArgumentException("operations: more than " + LogFormat.MAX_OPERATIONS + " in an entry");
        }
        int newSize = Math.addExact(sizeBytes, bytes);
        if (count == types.length) {
            grow();
        }
        int slot = count++;
        sizeBytes = newSize;
        types[slot] = type;
        flags[slot] = flag;
        bodies[slot] = body;
        offsets[slot] = offset;
        lengths[slot] = length;
        return slot * FIELDS;
    }

    private void grow() {
        int capacity = 2 * types.length;
        types = Arrays.copyOf(types, capacity);
        flags = Arrays.copyOf(flags, capacity);
        fields = Arrays.copyOf(fields, capacity * FIELDS);
        bodies = Arrays.copyOf(bodies, capacity);
        offsets = Arrays.copyOf(offsets, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
    }

    /** Forgets the gathered operations. */
    public void clear() {
        // Bodies may be parts of large frames: do not keep them alive.
        Arrays.fill(bodies, 0, count, null);
        count = 0;
        sizeBytes = LogFormat.HEADER_BYTES;
    }

    /**
     * Writes the entry, stamped with the times of the header, and empties this encoder.
     *
     * @return the entry, {@link #sizeBytes} long
     */
    public byte[] finish(EntryHeader header) {
        ByteWriter out = new ByteWriter(sizeBytes);
        writeHeader(out, header);
        for (int slot = 0; slot < count; slot++) {
            writeOperation(out, slot);
        }
        byte[] entry = out.toByteArray();
        out.putInt(LogFormat.CRC_OFFSET, LogFormat.checksum(entry));
        clear();
        return entry;
    }

    private void writeHeader(ByteWriter out, EntryHeader header) {
        out.writeInt(LogFormat.MAGIC)
                .writeShort(LogFormat.FORMAT)
                .writeShort(LogFormat.HEADER_BYTES)
                .writeInt(0)
                .writeInt(0)
                .writeInt(header.level())
                .writeInt(header.shard())
                .writeInt(header.incarnation())
                .writeInt(count)
                .writeLong(header.rangeEpoch())
                .writeLong(header.shardTimeMillis())
                .writeLong(header.wallTimeMillis())
                .writeLong(header.proposer());
    }

    private void writeOperation(ByteWriter out, int slot) {
        int index = slot * FIELDS;
        out.writeShort(types[slot].number()).writeShort(flags[slot]);
        int lengthAt = out.size();
        out.writeInt(0);
        if ((flags[slot] & LogFormat.FLAG_SESSION) != 0) {
            out.writeVarint(fields[index + SESSION])
                    .writeVarint(fields[index + SEQUENCE])
                    .writeVarint(fields[index + FLOOR]);
        }
        if ((flags[slot] & LogFormat.FLAG_OPENING) != 0) {
            out.writeLong(fields[index + CLIENT_HIGH])
                    .writeLong(fields[index + CLIENT_LOW])
                    .writeVarint(fields[index + IDLE]);
        }
        out.writeBytes(bodies[slot], offsets[slot], lengths[slot]);
        out.putInt(lengthAt, out.size() - lengthAt - Integer.BYTES);
    }
}
