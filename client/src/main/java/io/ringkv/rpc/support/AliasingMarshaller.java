package io.ringkv.rpc.support;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Marshaller that copies the bytes of a message once: from the transport into one array. The byte fields of the parsed
 * message are slices of that array, so that operations and values travel on without a further copy.
 *
 * <p>The price: whoever keeps one byte field keeps the whole message in memory. Copy what is to live long.
 *
 * <p>Safe for use by any thread.
 *
 * @param <T> type of the message
 */
public final class AliasingMarshaller<T extends MessageLite> implements MethodDescriptor.PrototypeMarshaller<T> {

    private final T prototype;
    private final Parser<T> parser;

    private AliasingMarshaller(T prototype, Parser<T> parser) {
        this.prototype = prototype;
        this.parser = parser;
    }

    /** The marshaller for messages of the prototype's type. */
    @SuppressWarnings("unchecked")
    public static <T extends MessageLite> AliasingMarshaller<T> of(T prototype) {
        return new AliasingMarshaller<>(prototype, (Parser<T>) prototype.getParserForType());
    }

    @Override
    public Class<T> getMessageClass() {
        @SuppressWarnings("unchecked")
        Class<T> type = (Class<T>) prototype.getClass();
        return type;
    }

    @Override
    public T getMessagePrototype() {
        return prototype;
    }

    @Override
    public InputStream stream(T message) {
        return new MessageStream(message);
    }

    /** @throws io.grpc.StatusRuntimeException INTERNAL if the bytes are not such a message */
    @Override
    public T parse(InputStream stream) {
        try {
            byte[] bytes = stream.readNBytes(stream instanceof KnownLength ? stream.available() : Integer.MAX_VALUE);
            CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
            input.enableAliasing(true);
            T message = parser.parseFrom(input, ExtensionRegistryLite.getEmptyRegistry());
            input.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw Status.INTERNAL
                    .withDescription("Invalid protobuf byte sequence")
                    .withCause(e)
                    .asRuntimeException();
        } catch (IOException e) {
            throw Status.INTERNAL
                    .withDescription("Cannot read a message")
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    /** A message on its way out: gRPC asks for its length and lets it write itself into the transport's buffer. */
    private static final class MessageStream extends InputStream implements Drainable, KnownLength {

        private @Nullable MessageLite message;
        private @Nullable ByteArrayInputStream encoded;

        MessageStream(MessageLite message) {
            this.message = message;
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            if (message != null) {
                int written = message.getSerializedSize();
                message.writeTo(target);
                message = null;
                return written;
            }
            return encoded == null ? 0 : (int) encoded.transferTo(target);
        }

        @Override
        public int available() {
            if (message != null) {
                return message.getSerializedSize();
            }
            return encoded == null ? 0 : encoded.available();
        }

        @Override
        public int read() {
            return encoded().read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return encoded().read(target, offset, length);
        }

        /** Only for a transport that cannot be drained into, such as a compressing one. */
        private ByteArrayInputStream encoded() {
            if (encoded == null) {
                encoded = new ByteArrayInputStream(message == null ? new byte[0] : message.toByteArray());
                message = null;
            }
            return encoded;
        }
    }
}
