package io.ringkv.server.barrier;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoop;
import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.ConfirmTermsReply;
import io.ringkv.rpc.ConfirmTermsRequest;
import io.ringkv.rpc.PeerGrpc;
import io.ringkv.rpc.support.Channels;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks over gRPC: one connection per server, opened with the first question, all on one event loop. Used on that loop
 * only, but for {@link #close}.
 */
public final class GrpcPeerConfirmations implements PeerConfirmations, AutoCloseable {
    /**
     * A server that could not be reached is tried again at least this often while it is asked. Left alone, gRPC waits up to
     * two minutes between tries, in which a server that is back would count as silent.
     */
    private static final long RECONNECT_MILLIS = 200;

    private final EventLoops loops;
    private final EventLoop loop;
    private final Function<ServerId, @Nullable HostPort> addresses;
    private final Map<ServerId, Connection> connections = new TreeMap<>();
    private boolean closed;

    /** A connection, with a note whether a new try is on its way. */
    private static final class Connection {
        private final HostPort address;
        private final ManagedChannel channel;
        private boolean retrying;

        private Connection(HostPort address, ManagedChannel channel) {
            this.address = address;
            this.channel = channel;
        }
    }

    /**
     * Asks the servers whose peer addresses the function knows.
     *
     * @param loop on which the connections live; the barrier's own, so that a round is handled in one go
     * @param addresses peer address of a server as the newest shard map has it, null when it is not known
     */
    public GrpcPeerConfirmations(EventLoops loops, EventLoop loop, Function<ServerId, @Nullable HostPort> addresses) {
        this.loops = loops;
        this.loop = loop;
        this.addresses = addresses;
    }

    @Override
    public void ask(ServerId server, ConfirmTermsRequest request, long timeoutMillis, Listener listener) {
        HostPort address = addresses.apply(server);
        if (address == null || closed) {
            listener.failed();
            return;
        }
        Connection connection = connection(server, address);
        keepTrying(connection);
        PeerGrpc.newStub(connection.channel)
                .withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS)
                .confirmTerms(request, new OneAnswer(listener));
    }

    private Connection connection(ServerId server, HostPort address) {
        Connection known = connections.get(server);
        if (known != null && known.address.equals(address)) {
            return known;
        }
        if (known != null) {
            known.channel.shutdown();
        }
        Connection opened = new Connection(address, Channels.open(address, loops, loop));
        connections.put(server, opened);
        return opened;
    }

    private void keepTrying(Connection connection) {
        boolean failed = connection.channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE;
        if (failed && !connection.retrying) {
            connection.retrying = true;
            ScheduledFuture<?> unusedTimer = loop.schedule(
                    () -> {
                        connection.retrying = false;
                        connection.channel.resetConnectBackoff();
                    },
                    RECONNECT_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        try {
            loop.execute(() -> {
                closed = true;
                connections.values().forEach(connection -> connection.channel.shutdownNow());
                connections.clear();
            });
        } catch (RejectedExecutionException loopHasEnded) {
            return; // and the connections with it
        }
    }

    /** Tells the listener once, whatever the call does. */
    private static final class OneAnswer implements StreamObserver<ConfirmTermsReply> {
        private final Listener listener;
        private boolean told;

        private OneAnswer(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void onNext(ConfirmTermsReply reply) {
            if (!told) {
                told = true;
                listener.answered(reply);
            }
        }

        @Override
        public void onError(Throwable cause) {
            fail();
        }

        @Override
        public void onCompleted() {
            fail();
        }

        private void fail() {
            if (!told) {
                told = true;
                listener.failed();
            }
        }
    }
}
