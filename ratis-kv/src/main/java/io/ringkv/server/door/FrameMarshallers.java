package io.ringkv.server.door;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Messages as bytes, both ways: requests are read in place and answers are encoded before gRPC sees them. On the wire they
 * are the messages of {@code kv.proto}.
 */
final class FrameMarshallers {
    /** Messages received. */
    static final Marshaller<byte[]> RECEIVED = new Received();

    /** Messages to be sent; the buffer may be used again as soon as the message is handed to gRPC. */
    static final Marshaller<WireBuffer> SENT = new Sent();

    private FrameMarshallers() {}

    private static final class Received implements Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readNBytes(stream instanceof KnownLength ? stream.available() : Integer.MAX_VALUE);
            } catch (IOException e) {
                throw Status.INTERNAL
                        .withDescription("Cannot read a message")
                        .withCause(e)
                        .asRuntimeException();
            }
        }
    }

    private static final class Sent implements Marshaller<WireBuffer> {
        @Override
        public InputStream stream(WireBuffer message) {
            return new Outgoing(message);
        }

        @Override
        public WireBuffer parse(InputStream stream) {
            throw Status.INTERNAL
                    .withDescription("A server does not receive answers")
                    .asRuntimeException();
        }
    }

    /** gRPC asks for the length and drains into the transport's buffer. */
    private static final class Outgoing extends ByteArrayInputStream implements Drainable, KnownLength {
        Outgoing(WireBuffer message) {
            super(message.array(), 0, message.length());
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int length = count - pos;
            target.write(buf, pos, length);
            pos = count;
            return length;
        }
    }
}
