package io.ringkv.server.main;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.util.MutableHandlerRegistry;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.support.Channels;
import io.ringkv.rpc.support.EventLoops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * One listener. It is bound first, so that its port is known, and offers services when they are there: until then calls
 * get UNIMPLEMENTED. Made and closed by one thread.
 */
final class Listener implements AutoCloseable {
    private static final long CALLS_END_MILLIS = 100;
    private static final long END_MILLIS = 1_000;

    private final MutableHandlerRegistry services = new MutableHandlerRegistry();
    private final Server server;

    private Listener(String host, int port, EventLoops loops) throws IOException {
        this.server = Channels.listener(new InetSocketAddress(host, port), loops)
                .fallbackHandlerRegistry(services)
                .build()
                .start();
    }

    /** Binds the port; 0 is any free one. */
    static Listener listen(String name, String host, int port, EventLoops loops) {
        try {
            return new Listener(host, port, loops);
        } catch (IOException e) {
            throw new RingKvException(
                    ErrorCode.PORT_IN_USE, "The " + name + " port " + host + ":" + port + " cannot be listened on", e);
        }
    }

    int port() {
        return server.getPort();
    }

    void offer(BindableService service) {
        services.addService(service);
    }

    void offer(ServerServiceDefinition service) {
        services.addService(service);
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdown();
        if (!server.awaitTermination(CALLS_END_MILLIS, TimeUnit.MILLISECONDS)) {
            server.shutdownNow();
            server.awaitTermination(END_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
