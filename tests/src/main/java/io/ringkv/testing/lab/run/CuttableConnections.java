package io.ringkv.testing.lab.run;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.ringkv.rpc.support.EventLoops;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Event loops on which connections live that can be cut from outside, as a network does it. Safe for use by any thread. */
final class CuttableConnections {
    private final Set<SocketChannel> sockets = ConcurrentHashMap.newKeySet();
    private final EventLoops loops;

    /** @param threads number of loops */
    CuttableConnections(int threads, String name) {
        IoHandlerFactory factory = NioIoHandler.newFactory();
        this.loops = EventLoops.of(new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory(name, true), executor -> new Watching(factory.newHandler(executor))));
    }

    /** The loops; whoever closes them ends all connections. */
    EventLoops loops() {
        return loops;
    }

    /**
     * Cuts all connections: nothing more is heard from the other side, which may have done what it was asked for.
     *
     * @return how many
     */
    int cutAll() {
        sockets.removeIf(socket -> !socket.isOpen());
        return (int) sockets.stream().filter(CuttableConnections::cut).count();
    }

    private static boolean cut(SocketChannel socket) {
        try {
            socket.shutdownInput();
            return true;
        } catch (NotYetConnectedException | IOException e) {
            return false; // there is nothing to cut yet, or no more
        }
    }

    /** Does what another does, and takes down which sockets there are. */
    private final class Watching implements IoHandler {
        private final IoHandler handler;

        Watching(IoHandler handler) {
            this.handler = handler;
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            if (handle instanceof NioIoHandle nio && nio.selectableChannel() instanceof SocketChannel socket) {
                sockets.add(socket);
            }
            return handler.register(handle);
        }

        @Override
        public void initialize() {
            handler.initialize();
        }

        @Override
        public int run(IoHandlerContext context) {
            return handler.run(context);
        }

        @Override
        public void prepareToDestroy() {
            handler.prepareToDestroy();
        }

        @Override
        public void destroy() {
            handler.destroy();
        }

        @Override
        public void wakeup() {
            handler.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return handler.isCompatible(handleType);
        }
    }
}
