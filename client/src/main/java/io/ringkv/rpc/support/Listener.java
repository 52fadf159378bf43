package io.ringkv.rpc.support;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener. It is bound first, so that its port is known, and serves when there are services: until then calls are refused
 * with {@code STARTING}, which clients take as a reason to try again. (To say that the method is unknown, as gRPC would, sends
 * them away for good.) Made and closed by one thread.
 */
public final class Listener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final long CALLS_END_MILLIS = 100;
    private static final long END_MILLIS = 1_000;

    private final Registry registry = new Registry();
    private final Server server;

    private Listener(String host, int port, int messageBytesMax, EventLoops loops) throws IOException {
        this.server = Channels.listener(new InetSocketAddress(host, port), loops)
                .maxInboundMessageSize(messageBytesMax)
                .fallbackHandlerRegistry(registry)
                .build()
                .start();
    }

    /**
     * Binds the port; 0 is any free one.
     *
     * @param name name of the door for messages
     * @param messageBytesMax a longer message ends its call without being read
     * @throws RingKvException {@code PORT_IN_USE} if it cannot be listened on
     */
    public static Listener listen(String name, String host, int port, int messageBytesMax, EventLoops loops) {
        try {
            return new Listener(host, port, messageBytesMax, loops);
        } catch (IOException e) {
            throw new RingKvException(
                    ErrorCode.PORT_IN_USE, "The " + name + " port " + host + ":" + port + " cannot be listened on", e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return server.getPort();
    }

    /** From now on calls go to these services. */
    public void serve(ServerServiceDefinition... services) {
        registry.serve(services);
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdown();
        if (!server.awaitTermination(CALLS_END_MILLIS, TimeUnit.MILLISECONDS)) {
            server.shutdownNow();
            if (!server.awaitTermination(END_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("event=door-lingers port={}", server.getPort());
            }
        }
    }

    private static final class Registry extends HandlerRegistry {
        private volatile @Nullable Map<String, ServerMethodDefinition<?, ?>> methods;

        void serve(ServerServiceDefinition... services) {
            Map<String, ServerMethodDefinition<?, ?>> all = new HashMap<>();
            for (ServerServiceDefinition service : services) {
                for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
                    all.put(method.getMethodDescriptor().getFullMethodName(), method);
                }
            }
            methods = all;
        }

        @Override
        public @Nullable ServerMethodDefinition<?, ?> lookupMethod(String methodName, @Nullable String authority) {
            Map<String, ServerMethodDefinition<?, ?>> known = methods;
            return known == null ? refusing(methodName) : known.get(methodName);
        }

        private static ServerMethodDefinition<byte[], byte[]> refusing(String methodName) {
            MethodDescriptor<byte[], byte[]> any = MethodDescriptor.newBuilder(new Ignored(), new Ignored())
                    .setType(MethodDescriptor.MethodType.UNKNOWN)
                    .setFullMethodName(methodName)
                    .build();
            return ServerMethodDefinition.create(any, (call, headers) -> refuse(call));
        }

        private static ServerCall.Listener<byte[]> refuse(ServerCall<byte[], byte[]> call) {
            StatusRuntimeException status = FailureStatus.toStatus(
                    new RingKvException(ErrorCode.STARTING, "This process has not finished starting"));
            Metadata trailers = status.getTrailers();
            call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
            return new ServerCall.Listener<>() {};
        }
    }

    private static final class Ignored implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            return new byte[0];
        }
    }
}
