package io.ringkv.client.connection;

import io.grpc.ManagedChannel;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.rpc.support.HostPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to all servers. One is made when something is to be sent to its server; one that ended is not made again
 * before a pause, during which its server is not {@linkplain #isUsable usable}.
 *
 * <p>All on the client's loop.
 */
public final class ServerLinks implements Transport {

    private static final Logger log = LoggerFactory.getLogger(ServerLinks.class);

    private static final long PAUSE_FIRST_MILLIS = 100;
    private static final long PAUSE_LONGEST_MILLIS = 1_000;
    private static final int DOUBLINGS_MAX = 4;

    private final ClientLoop loop;
    private final Connector connector;
    private final StreamSettings settings;
    private final ConnectionMetrics metrics;
    private final BiConsumer<ServerId, Long> onRingEpoch;
    private final Map<ServerId, Link> links = new HashMap<>();
    private final List<Connection> toFlush = new ArrayList<>();
    private @Nullable ClusterId cluster;
    private boolean flushPlanned;
    private boolean ticking;
    private boolean closed;

    /** @param onRingEpoch told of the ring epochs that servers mention */
    public ServerLinks(
            ClientLoop loop,
            Connector connector,
            StreamSettings settings,
            ConnectionMetrics metrics,
            BiConsumer<ServerId, Long> onRingEpoch) {
        this.loop = loop;
        this.connector = connector;
        this.settings = settings;
        this.metrics = metrics;
        this.onRingEpoch = onRingEpoch;
    }

    /** Takes the addresses of a shard map; connections to servers that are gone or moved are ended. */
    public void learn(ShardMap map) {
        cluster = map.cluster();
        for (ServerRecord server : map.servers()) {
            Link link = links.get(server.id());
            boolean gone = server.state() == ServerState.REMOVED;
            if (link != null && (gone || !link.address.equals(server.clientAddress()))) {
                links.remove(server.id());
                link.close();
                link = null;
            }
            if (link == null && !gone) {
                links.put(server.id(), new Link(server.id(), server.clientAddress()));
            }
        }
        for (Link link : List.copyOf(links.values())) {
            if (map.server(link.server) == null) {
                links.remove(link.server);
                link.close();
            }
        }
    }

    @Override
    public boolean isUsable(ServerId server) {
        Link link = links.get(server);
        return link != null && (link.connection != null || loop.clock().nanos() - link.retryAtNanos >= 0);
    }

    @Override
    public void send(ServerId server, Attempt attempt) {
        Link link = links.get(server);
        Connection connection = link == null || closed ? null : link.connect();
        if (connection == null) {
            attempt.lost(false, "Server " + server + " cannot be connected to");
            return;
        }
        connection.enqueue(attempt);
        if (!toFlush.contains(connection)) {
            toFlush.add(connection);
        }
        if (!flushPlanned) {
            flushPlanned = true;
            loop.later(this::flush);
        }
    }

    /** The channel of the connection to a server; empty if there is none now. */
    public Optional<ManagedChannel> channel(ServerId server) {
        Link link = links.get(server);
        return Optional.ofNullable(link == null || link.connection == null ? null : link.connection.channel());
    }

    /** Ends all connections; nothing can be sent any more. */
    public void close() {
        closed = true;
        links.values().forEach(Link::close);
    }

    private void flush() {
        flushPlanned = false;
        List<Connection> connections = List.copyOf(toFlush);
        toFlush.clear();
        connections.forEach(Connection::flush);
    }

    private void startTicking() {
        if (!ticking) {
            ticking = true;
            loop.after(TimeUnit.MILLISECONDS.toNanos(settings.tickMillis()), this::tick);
        }
    }

    private void tick() {
        ticking = false;
        long now = loop.clock().nanos();
        for (Link link : List.copyOf(links.values())) {
            if (link.connection != null) {
                link.connection.tick(now);
            }
        }
        if (links.values().stream().anyMatch(link -> link.connection != null)) {
            startTicking();
        }
    }

    /** A server, and the connection to it while there is one. */
    private final class Link implements Connection.Owner {

        private final ServerId server;
        private final String address;
        private @Nullable Connection connection;
        private long retryAtNanos = loop.clock().nanos();
        private int failures;

        Link(ServerId server, String address) {
            this.server = server;
            this.address = address;
        }

        /** The connection, made now if need be; null while it may not be made. */
        @Nullable
        Connection connect() {
            if (connection == null && isUsable(server)) {
                open();
            }
            return connection;
        }

        private void open() {
            ClusterId of = cluster;
            if (of == null) {
                return;
            }
            try {
                ManagedChannel channel = connector.open(HostPort.parse(address));
                connection = new Connection(channel, server, (on, owner) -> openStream(on, of, owner), this);
                startTicking();
            } catch (RingKvException e) {
                failed(e);
            }
        }

        private BatchStream openStream(ManagedChannel channel, ClusterId of, BatchStream.Owner owner) {
            return BatchStream.open(channel, of, server, settings, loop.clock(), loop, owner, metrics);
        }

        @Override
        public void opened(Connection opened) {
            failures = 0;
            metrics.opened();
            log.debug("event=connected server={} address={}", server, address);
        }

        @Override
        public void ringEpochHeard(ServerId from, long ringEpoch) {
            onRingEpoch.accept(from, ringEpoch);
        }

        @Override
        public void ended(Connection ended, RingKvException reason) {
            if (connection == ended) {
                connection = null;
            }
            toFlush.remove(ended);
            if (!closed) {
                failed(reason);
            }
        }

        private void failed(RingKvException reason) {
            long pauseMillis = Math.min(PAUSE_LONGEST_MILLIS, PAUSE_FIRST_MILLIS << Math.min(failures, DOUBLINGS_MAX));
            failures++;
            retryAtNanos = loop.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
            metrics.lost();
            log.debug(
                    "event=connection-lost server={} address={} pauseMillis={} reason=\"{}\"",
                    server,
                    address,
                    pauseMillis,
                    reason.getMessage());
        }

        void close() {
            if (connection != null) {
                connection.close();
            }
        }
    }
}
