package io.ringkv.rpc.support;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.ringkv.common.limit.Limits;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Connections and listeners with the same limits on both sides. Plain text; nothing retries, buffers or compresses by
 * itself, because the layers above decide.
 */
public final class Channels {

    /** Bytes that may be under way on one stream before the receiver has taken them. */
    public static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;

    /** Time to establish a connection. */
    public static final int CONNECT_TIMEOUT_MILLIS = 1_000;

    /** A connection with calls that is silent for so long is probed. */
    private static final long KEEP_ALIVE_MILLIS = 10_000;

    /** A probed connection that stays silent for so long is closed. */
    private static final long KEEP_ALIVE_TIMEOUT_MILLIS = 5_000;

    /** Probes more often than this are refused by the listener. */
    private static final long KEEP_ALIVE_PERMITTED_MILLIS = 1_000;

    private Channels() {}

    /**
     * A connection that is established with its first call. Callbacks run on the loop.
     *
     * @param loops where the connection lives: a whole group, or one loop if several connections shall share a thread
     */
    public static ManagedChannel open(HostPort address, EventLoops loops, EventLoopGroup where) {
        return NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .directExecutor()
                .disableRetry()
                // A proxy configured for the JVM is meant for the web.
                .proxyDetector(target -> null)
                .eventLoopGroup(where)
                .channelType(loops.channelType())
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .withOption(ChannelOption.TCP_NODELAY, true)
                .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                .maxInboundMessageSize(Limits.MAX_FRAME_BYTES)
                .keepAliveTime(KEEP_ALIVE_MILLIS, TimeUnit.MILLISECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .build();
    }

    /** Starts the description of a listener that lives on all loops; services are to be added. */
    public static NettyServerBuilder listener(InetSocketAddress address, EventLoops loops) {
        return NettyServerBuilder.forAddress(address)
                .directExecutor()
                .bossEventLoopGroup(loops.group())
                .workerEventLoopGroup(loops.group())
                .channelType(loops.serverChannelType())
                .withChildOption(ChannelOption.TCP_NODELAY, true)
                .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                .maxInboundMessageSize(Limits.MAX_FRAME_BYTES)
                .keepAliveTime(KEEP_ALIVE_MILLIS, TimeUnit.MILLISECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(KEEP_ALIVE_PERMITTED_MILLIS, TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true);
    }
}
