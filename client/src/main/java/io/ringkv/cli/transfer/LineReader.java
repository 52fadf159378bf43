package io.ringkv.cli.transfer;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads lines as bytes, with a bound on their length. A last line without line end counts. Used by one thread. */
final class LineReader implements AutoCloseable {
    /** The largest value as base64 or with every byte escaped, and room for the key. */
    static final int LONGEST_LINE_BYTES = 8 << 20;

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int filled;
    private byte[] line = new byte[1 << 12];
    private int length;
    private long lineNumber;
    private long bytesRead;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** Goes to the next line; false at the end. */
    boolean next() throws IOException {
        length = 0;
        boolean any = false;
        while (true) {
            if (position == filled) {
                position = 0;
                filled = Math.max(0, in.read(buffer, 0, buffer.length));
                if (filled == 0) {
                    lineNumber += any ? 1 : 0;
                    return any;
                }
            }
            any = true;
            int end = position;
            while (end < filled && buffer[end] != '\n') {
                end++;
            }
            append(end);
            if (end < filled) {
                position = end + 1;
                bytesRead++;
                lineNumber++;
                if (length > 0 && line[length - 1] == '\r') {
                    length--;
                }
                return true;
            }
        }
    }

    private void append(int end) {
        int more = end - position;
        if (length + more > LONGEST_LINE_BYTES) {
            throw new RingKvException(
                    ErrorCode.INPUT_MALFORMED,
                    "Line " + (lineNumber + 1) + " is longer than " + LONGEST_LINE_BYTES + " bytes");
        }
        if (length + more > line.length) {
            line = Arrays.copyOf(line, Math.max(line.length * 2, length + more));
        }
        System.arraycopy(buffer, position, line, length, more);
        length += more;
        bytesRead += more;
        position = end;
    }

    /** The present line, valid up to {@link #length()} until {@link #next()}. */
    byte[] line() {
        return line;
    }

    int length() {
        return length;
    }

    /** Number of the present line, from 1. */
    long lineNumber() {
        return lineNumber;
    }

    long bytesRead() {
        return bytesRead;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
