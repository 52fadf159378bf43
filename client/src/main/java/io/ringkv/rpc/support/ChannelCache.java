package io.ringkv.rpc.support;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Connections to a few addresses, kept open for the next call. The one that was used longest ago is closed when there are
 * too many. Safe for use by any thread.
 */
public final class ChannelCache implements AutoCloseable {

    private final EventLoops loops;
    private final int channelsMax;
    private final Map<HostPort, ManagedChannel> channels = new LinkedHashMap<>(16, 0.75f, true);
    private boolean closed;

    /**
     * An empty cache.
     *
     * @param channelsMax how many connections to keep
     */
    public ChannelCache(EventLoops loops, int channelsMax) {
        this.loops = loops;
        this.channelsMax = channelsMax;
    }

    /**
     * The connection to an address. One that failed is tried again at once, however often it failed before: whoever asks
     * knows best when to try.
     *
     * @throws IllegalStateException if the cache is closed
     */
    public synchronized ManagedChannel to(HostPort address) {
        if (closed) {
            throw new IllegalStateException("the connections are closed");
        }
        ManagedChannel channel = channels.get(address);
        if (channel != null && channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            // Until its own next attempt such a connection refuses all calls with the failure of the last one.
            channel.shutdown();
            channel = null;
        }
        if (channel == null) {
            channel = Channels.open(address, loops, loops.group());
            channels.put(address, channel);
            Iterator<ManagedChannel> eldestFirst = channels.values().iterator();
            while (channels.size() > channelsMax) {
                eldestFirst.next().shutdownNow();
                eldestFirst.remove();
            }
        }
        return channel;
    }

    /** Ends all connections and the calls on them. */
    @Override
    public synchronized void close() {
        closed = true;
        channels.values().forEach(ManagedChannel::shutdownNow);
        channels.clear();
    }
}
