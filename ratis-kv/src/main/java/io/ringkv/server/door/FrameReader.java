package io.ringkv.server.door;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.ringkv.common.limit.Limits;
import io.ringkv.rpc.Hello;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code ClientFrame}, or the request of an {@code ExecuteRequest}: headers into objects, bodies by reference.
 *
 * <p>A frame is read as a whole before any of its requests is acted upon, so a malformed one has no effect at all. Unknown
 * fields are skipped: later releases may add some.
 */
final class FrameReader {
    /** {@code ClientFrame} and {@code ExecuteRequest}. */
    private static final int HELLO_OR_CLUSTER_ID = 1;

    private static final int REQUESTS = 2;
    private static final int PING = 3;

    private final byte[] frame;
    private final CodedInputStream in;
    private final List<RequestHeader> requests = new ArrayList<>();
    private @Nullable Hello hello;
    private byte[] clusterId = {};
    private long ping;

    private FrameReader(byte[] frame) {
        this.frame = frame;
        this.in = CodedInputStream.newInstance(frame);
    }

    /**
     * Reads a frame of the batch stream.
     *
     * @throws MalformedFrameException if the bytes are not such a message, or hold too many requests
     */
    static FrameReader stream(byte[] frame) throws MalformedFrameException {
        return new FrameReader(frame).readAll(true);
    }

    /**
     * Reads the message of a unary call.
     *
     * @throws MalformedFrameException if the bytes are not such a message
     */
    static FrameReader unary(byte[] message) throws MalformedFrameException {
        return new FrameReader(message).readAll(false);
    }

    /** The hello; null when the frame has none. */
    @Nullable
    Hello hello() {
        return hello;
    }

    /** Cluster named by a unary call; empty when none is. */
    byte[] clusterId() {
        return clusterId;
    }

    List<RequestHeader> requests() {
        return requests;
    }

    /** Number to answer; 0 = none. */
    long ping() {
        return ping;
    }

    private FrameReader readAll(boolean isStream) throws MalformedFrameException {
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == delimited(HELLO_OR_CLUSTER_ID)) {
                    byte[] field = in.readByteArray();
                    if (isStream) {
                        hello = Hello.parseFrom(field);
                    } else {
                        clusterId = field;
                    }
                } else if (tag == delimited(REQUESTS)) {
                    readRequest();
                } else if (isStream && tag == varint(PING)) {
                    ping = in.readUInt64();
                } else {
                    skip(tag);
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedFrameException("is not a message: " + e.getMessage());
        } catch (IOException e) {
            throw new MalformedFrameException("cannot be read: " + e.getMessage());
        }
        return this;
    }

    private void readRequest() throws IOException, MalformedFrameException {
        if (requests.size() == Limits.MAX_FRAME_REQUESTS) {
            throw new MalformedFrameException("has more than " + Limits.MAX_FRAME_REQUESTS + " requests");
        }
        int length = in.readRawVarint32();
        RequestHeader header = new RequestHeader(frame);
        header.bytes = length;
        int outer = in.pushLimit(length);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            readRequestField(header, tag);
        }
        in.checkLastTagWas(0);
        if (in.getBytesUntilLimit() != 0) {
            throw new MalformedFrameException("has a request that is cut");
        }
        in.popLimit(outer);
        requests.add(header);
    }

    private void readRequestField(RequestHeader header, int tag) throws IOException {
        switch (tag) {
            case 1 << 3 -> header.id = in.readUInt64();
            case 2 << 3 -> header.shard = in.readUInt32();
            case 3 << 3 -> header.incarnation = in.readUInt32();
            case 4 << 3 -> header.rangeEpoch = in.readUInt64();
            case 5 << 3 -> header.type = in.readEnum();
            case 6 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                header.bodyLength = in.readRawVarint32();
                header.bodyOffset = in.getTotalBytesRead();
                in.skipRawBytes(header.bodyLength);
            }
            case 7 << 3 -> header.session = in.readUInt64();
            case 8 << 3 -> header.sequence = in.readUInt64();
            case 9 << 3 -> header.floor = in.readUInt64();
            case 10 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                byte[] clientId = in.readByteArray();
                header.clientId = clientId.length == 0 ? null : clientId;
            }
            case 11 << 3 -> header.sessionIdleMillis = in.readUInt64();
            case 12 << 3 -> header.budgetMillis = in.readUInt32();
            case 13 << 3 -> header.consistency = in.readEnum();
            case 14 << 3 -> header.minimumRevision = in.readUInt64();
            case 15 << 3 -> header.keyspace = in.readUInt64();
            case 17 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> header.hasRequestKey = in.readByteArray().length > 0;
            default -> skip(tag);
        }
    }

    private void skip(int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("has the end of a group that was not begun");
        }
    }

    private static int delimited(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    private static int varint(int field) {
        return field << 3;
    }
}
