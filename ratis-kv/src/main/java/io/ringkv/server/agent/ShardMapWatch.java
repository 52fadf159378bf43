package io.ringkv.server.agent;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardMapDiff;
import io.ringkv.common.time.NanoClock;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.ClusterGrpc;
import io.ringkv.rpc.LeaderHint;
import io.ringkv.rpc.ShardMapUpdate;
import io.ringkv.rpc.WatchShardMapRequest;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.FailureStatus;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.ShardMapPublisher;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the shard map current: subscribes to it at one process of the cluster, and at another one when that ends or falls
 * silent. Everything happens on the agent's thread; news arrive on an event loop and are handed over.
 */
final class ShardMapWatch {

    private static final Logger LOG = LoggerFactory.getLogger(ShardMapWatch.class);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ShardMapPublisher maps;
    private final ChannelCache channels;
    private final Supplier<List<HostPort>> sources;
    private final Supplier<@Nullable ClusterId> cluster;
    private final Executor thread;
    private final NanoClock clock;
    private final long silenceMillis;
    private final Backoff backoff;

    private @Nullable Subscription subscription;
    private long notBeforeNanos;
    private int turn;
    private boolean wantsWholeMap;
    private boolean closed;

    /**
     * A watch without subscription.
     *
     * @param sources client doors of processes that know the map, best first
     * @param cluster the cluster whose map is wanted; null as long as it is not known, and then nothing is subscribed to
     * @param thread the agent's
     */
    ShardMapWatch(
            AgentSettings settings,
            ShardMapPublisher maps,
            ChannelCache channels,
            Supplier<List<HostPort>> sources,
            Supplier<@Nullable ClusterId> cluster,
            Executor thread,
            NanoClock clock) {
        this.maps = maps;
        this.channels = channels;
        this.sources = sources;
        this.cluster = cluster;
        this.thread = thread;
        this.clock = clock;
        this.silenceMillis = settings.watchSilenceMillis();
        this.backoff = new Backoff(settings.retryMinMillis(), settings.retryMaxMillis());
        this.notBeforeNanos = clock.nanos();
    }

    /** Opens a subscription if there should be one, and gives one up that is silent. To be called now and then. */
    void tend() {
        if (closed) {
            return;
        }
        long now = clock.nanos();
        Subscription present = subscription;
        if (present != null) {
            if (now - present.heardNanos > silenceMillis * NANOS_PER_MILLI) {
                LOG.info("event=shard-map-watch-silent source={}", present.source);
                present.cancel();
                ended(present);
            }
            return;
        }
        List<HostPort> from = sources.get();
        ClusterId wanted = cluster.get();
        if (wanted != null && now - notBeforeNanos >= 0 && !from.isEmpty()) {
            Subscription opened = new Subscription(from.get(turn % from.size()), now);
            subscription = opened;
            opened.open(wanted);
        }
    }

    private void ended(Subscription which) {
        if (subscription == which) {
            subscription = null;
            turn++;
            notBeforeNanos = clock.nanos() + backoff.failed() * NANOS_PER_MILLI;
        }
    }

    void close() {
        closed = true;
        if (subscription != null) {
            subscription.cancel();
            subscription = null;
        }
    }

    private void take(Subscription from, ShardMapUpdate update) {
        if (subscription != from) {
            return;
        }
        from.heardNanos = clock.nanos();
        backoff.succeeded();
        try {
            ShardMap newer = newer(update);
            if (newer != null) {
                maps.publish(newer);
            }
        } catch (RingKvException | IllegalArgumentException e) {
            LOG.warn("event=shard-map-update-refused source={} reason=\"{}\"", from.source, e.getMessage());
            wantsWholeMap = true;
            from.cancel();
            ended(from);
            return;
        }
        for (LeaderHint hint : update.getLeadersList()) {
            if (hint.getShard() > 0 && hint.getServerId() != 0) {
                maps.leaderHeard(
                        IdMessages.shardId(hint.getShard()), IdMessages.serverId(hint.getServerId()), hint.getTerm());
            }
        }
    }

    /** The map after an update; null if it says nothing new. */
    private @Nullable ShardMap newer(ShardMapUpdate update) {
        return switch (update.getContentCase()) {
            case FULL -> {
                wantsWholeMap = false;
                yield ShardMapMessages.fromMessage(update.getFull());
            }
            case DIFF -> {
                ShardMapDiff diff = ShardMapMessages.fromMessage(update.getDiff());
                ShardMap present = maps.current().orElse(null);
                if (present != null && present.ringEpoch() >= diff.toRingEpoch()) {
                    yield null;
                }
                if (present == null || !diff.appliesTo(present)) {
                    throw new IllegalArgumentException("a change from ring epoch " + diff.fromRingEpoch()
                            + " does not apply to "
                            + (present == null ? "nothing" : present.ringEpoch()));
                }
                yield diff.apply(present);
            }
            case CONTENT_NOT_SET -> null;
        };
    }

    /** One subscription at one process. */
    private final class Subscription implements ClientResponseObserver<WatchShardMapRequest, ShardMapUpdate> {

        private final HostPort source;
        private long heardNanos;
        private volatile @Nullable ClientCallStreamObserver<WatchShardMapRequest> call;

        Subscription(HostPort source, long heardNanos) {
            this.source = source;
            this.heardNanos = heardNanos;
        }

        void open(ClusterId wanted) {
            long known =
                    wantsWholeMap ? 0 : maps.current().map(ShardMap::ringEpoch).orElse(0L);
            WatchShardMapRequest request = WatchShardMapRequest.newBuilder()
                    .setClusterId(IdMessages.toBytes(wanted))
                    .setKnownRingEpoch(known)
                    .build();
            ClusterGrpc.newStub(channels.to(source)).watchShardMap(request, this);
        }

        void cancel() {
            ClientCallStreamObserver<WatchShardMapRequest> open = call;
            if (open != null) {
                open.cancel("no longer wanted", null);
            }
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchShardMapRequest> stream) {
            call = stream;
        }

        @Override
        public void onNext(ShardMapUpdate update) {
            thread.execute(() -> take(this, update));
        }

        @Override
        public void onError(Throwable failure) {
            LOG.debug(
                    "event=shard-map-watch-ended source={} reason=\"{}\"",
                    source,
                    FailureStatus.toException(failure).getMessage());
            thread.execute(() -> ended(this));
        }

        @Override
        public void onCompleted() {
            thread.execute(() -> ended(this));
        }
    }
}
