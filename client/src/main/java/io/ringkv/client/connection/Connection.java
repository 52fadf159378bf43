package io.ringkv.client.connection;

import io.grpc.ManagedChannel;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.limit.Limits;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server, from its first stream to its end. Each of its two streams is opened when
 * something is to be sent on it. If one stream ends, both do: a new connection is a new start.
 */
final class Connection implements BatchStream.Owner {

    /** Who is told of the life of a connection. */
    interface Owner {

        /** The server welcomed the client. */
        void opened(Connection connection);

        /** The server has a shard map of this epoch. */
        void ringEpochHeard(ServerId server, long ringEpoch);

        /** The connection is over; its attempts are told after this. */
        void ended(Connection connection, RingKvException reason);
    }

    /** Opens a batch stream on a channel. */
    @FunctionalInterface
    interface StreamOpener {

        /** Opens a stream. */
        BatchStream open(ManagedChannel channel, BatchStream.Owner owner);
    }

    private final ManagedChannel channel;
    private final ServerId server;
    private final StreamOpener opener;
    private final Owner owner;
    private @Nullable BatchStream small;
    private @Nullable BatchStream bulk;
    private boolean ended;

    /** @param channel to the server; belongs to this connection from now on */
    Connection(ManagedChannel channel, ServerId server, StreamOpener opener, Owner owner) {
        this.channel = channel;
        this.server = server;
        this.opener = opener;
        this.owner = owner;
    }

    ManagedChannel channel() {
        return channel;
    }

    /** Queues an attempt on the stream it belongs to. */
    void enqueue(Attempt attempt) {
        boolean large = attempt.isBulk() || attempt.bodyBytes() >= Limits.LARGE_OPERATION_BYTES;
        (large ? bulkStream() : smallStream()).enqueue(attempt);
    }

    private BatchStream smallStream() {
        BatchStream stream = small;
        if (stream == null) {
            stream = opener.open(channel, this);
            small = stream;
        }
        return stream;
    }

    private BatchStream bulkStream() {
        BatchStream stream = bulk;
        if (stream == null) {
            stream = opener.open(channel, this);
            bulk = stream;
        }
        return stream;
    }

    void flush() {
        if (small != null) {
            small.flush();
        }
        if (bulk != null) {
            bulk.flush();
        }
    }

    void tick(long nowNanos) {
        if (small != null) {
            small.tick(nowNanos);
        }
        if (bulk != null) {
            bulk.tick(nowNanos);
        }
    }

    /** Ends both streams and the channel. */
    void end(RingKvException reason) {
        if (ended) {
            return;
        }
        ended = true;
        owner.ended(this, reason);
        if (small != null) {
            small.end(reason);
        }
        if (bulk != null) {
            bulk.end(reason);
        }
        channel.shutdownNow();
    }

    /** Ends the connection because nobody needs it any more. */
    void close() {
        end(new RingKvException(ErrorCode.CLIENT_CLOSED, "The client was closed"));
    }

    @Override
    public void opened(BatchStream stream, long ringEpoch) {
        owner.opened(this);
        owner.ringEpochHeard(server, ringEpoch);
    }

    @Override
    public void ringEpochHeard(BatchStream stream, long ringEpoch) {
        owner.ringEpochHeard(server, ringEpoch);
    }

    @Override
    public void ended(BatchStream stream, RingKvException reason) {
        end(reason);
    }
}
