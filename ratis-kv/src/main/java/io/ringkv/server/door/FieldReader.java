package io.ringkv.server.door;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.io.IOException;

/**
 * Walks over the fields of an operation's body without making objects of it, and stricter than protobuf: no unknown field,
 * no wrong wire type, no singular field twice. What passes enters the log as it is, and every replica, of this release and
 * of later ones, must read the same out of it.
 *
 * <p>All methods throw {@link RingKvException} when the body is not valid.
 */
final class FieldReader {
    private final String operation;
    private final int start;
    private final CodedInputStream in;

    private int field;
    private int wireType;
    private int sliceOffset;
    private int sliceLength;

    /** @param operation name for messages */
    FieldReader(String operation, byte[] bytes, int offset, int length) {
        this.operation = operation;
        this.start = offset;
        this.in = CodedInputStream.newInstance(bytes, offset, length);
    }

    /** Goes to the next field of the message; false at its end. */
    boolean next() {
        try {
            int tag = in.readTag();
            field = WireFormat.getTagFieldNumber(tag);
            wireType = WireFormat.getTagWireType(tag);
            return tag != 0;
        } catch (IOException e) {
            throw invalid("cannot be read: " + e.getMessage());
        }
    }

    /** Number of the present field. */
    int field() {
        return field;
    }

    /** The present field as a number or truth value. */
    long varint() {
        require(WireFormat.WIRETYPE_VARINT);
        try {
            return in.readRawVarint64();
        } catch (IOException e) {
            throw invalid("cannot be read: " + e.getMessage());
        }
    }

    /** Passes over the present field, which is bytes; returns their number. Where they are: {@link #sliceOffset}. */
    int slice() {
        require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        try {
            sliceLength = in.readRawVarint32();
            sliceOffset = start + in.getTotalBytesRead();
            in.skipRawBytes(sliceLength);
            return sliceLength;
        } catch (IOException e) {
            throw invalid("cannot be read: " + e.getMessage());
        }
    }

    /** Where the last slice begins in the array. */
    int sliceOffset() {
        return sliceOffset;
    }

    int sliceLength() {
        return sliceLength;
    }

    /**
     * Notes that a singular field, or one of a group of which only one may be there, was met.
     *
     * @param seen bits of what was met before
     * @param bit of this field or group
     * @return the bits with this one
     */
    int once(int seen, int bit) {
        if ((seen & bit) != 0) {
            throw invalid("has field " + field + " where it has the same, or an alternative to it, already");
        }
        return seen | bit;
    }

    /** The present field must be true where it stands. */
    void requireTrue() {
        if (varint() == 0) {
            throw invalid("has field " + field + " set to false; leave it out or send true");
        }
    }

    /** The present field is not one of this message. */
    RingKvException unknown() {
        return new RingKvException(
                ErrorCode.OPERATION_UNSUPPORTED,
                "The body of " + operation + " has field " + field + ", which this server does not know");
    }

    /** @param problem continues the sentence "The body of ..." */
    RingKvException invalid(String problem) {
        return new RingKvException(ErrorCode.INVALID_ARGUMENT, "The body of " + operation + " " + problem);
    }

    private void require(int expected) {
        if (wireType != expected) {
            throw invalid("has field " + field + " with wire type " + wireType + "; expected is " + expected);
        }
    }
}
