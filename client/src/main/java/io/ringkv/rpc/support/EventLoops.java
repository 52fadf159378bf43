package io.ringkv.rpc.support;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of one process: every connection, incoming or outgoing, lives on one of them, and callbacks run on
 * them directly. Few threads on purpose, one by default: what arrives together is then handled together, and answers
 * leave together.
 *
 * <p>Nothing that runs on a loop may block. Safe for use by any thread.
 */
public final class EventLoops implements AutoCloseable {

    private static final long CLOSE_TIMEOUT_MILLIS = 2_000;

    private final EventLoopGroup group;

    private EventLoops(EventLoopGroup group) {
        this.group = group;
    }

    /**
     * Starts loops with daemon threads.
     *
     * @param threads number of loops, 1 or more
     * @param name name of the threads, a number is added
     */
    public static EventLoops start(int threads, String name) {
        if (threads < 1) {
            throw new IllegalArgumentException("event loop threads: " + threads + " (expected: 1 or more)");
        }
        DefaultThreadFactory threadFactory = new DefaultThreadFactory(name, true);
        return new EventLoops(new MultiThreadIoEventLoopGroup(threads, threadFactory, NioIoHandler.newFactory()));
    }

    /** Loops that somebody else has made, for channels of {@link NioSocketChannel}; they end with this. */
    public static EventLoops of(EventLoopGroup group) {
        return new EventLoops(group);
    }

    /** All loops, for a server or for channels that may live on any of them. */
    public EventLoopGroup group() {
        return group;
    }

    /** One of the loops, in turn; use it as the group of channels that must share a thread. */
    public EventLoop next() {
        return group.next();
    }

    /** Type of outgoing connections on these loops. */
    public Class<NioSocketChannel> channelType() {
        return NioSocketChannel.class;
    }

    /** Type of listening sockets on these loops. */
    public Class<NioServerSocketChannel> serverChannelType() {
        return NioServerSocketChannel.class;
    }

    /** Ends the threads without waiting for them: allowed on a loop's own thread. */
    public void closeLater() {
        Future<?> ignored = group.shutdownGracefully(0, CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Ends the threads and waits for them, 2 s at most. Close channels and servers first. Not on a loop's own thread. */
    @Override
    public void close() {
        closeLater();
        group.terminationFuture().awaitUninterruptibly(CLOSE_TIMEOUT_MILLIS);
    }
}
