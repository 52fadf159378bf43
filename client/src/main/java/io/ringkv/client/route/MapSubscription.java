package io.ringkv.client.route;

import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.ringkv.client.connection.ClientLoop;
import io.ringkv.client.connection.Connector;
import io.ringkv.client.connection.Silence;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.ClusterGrpc;
import io.ringkv.rpc.GetShardMapReply;
import io.ringkv.rpc.GetShardMapRequest;
import io.ringkv.rpc.LeaderHint;
import io.ringkv.rpc.ShardMapUpdate;
import io.ringkv.rpc.WatchShardMapRequest;
import io.ringkv.rpc.support.FailureStatus;
import io.ringkv.rpc.support.HostPort;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the router's shard map up to date by a subscription to one process of the cluster, whichever answers: first the
 * endpoints that were given, then those that the map names. A process that is silent is left for the next.
 *
 * <p>All on the client's loop.
 */
public final class MapSubscription implements MapRefresher {

    private static final Logger log = LoggerFactory.getLogger(MapSubscription.class);

    private static final long TICK_MILLIS = 250;

    /** Within this time a process must give a map; its neighbours may have one. */
    private static final long FIRST_MAP_MILLIS_MAX = 1_500;

    /** Processes give a sign of life every 5 s. */
    private static final long SILENCE_MILLIS_MAX = 7_000;

    private static final long REFRESH_INTERVAL_MILLIS = 50;
    private static final long REFRESH_TIMEOUT_MILLIS = 1_000;

    private final ClientLoop loop;
    private final Connector connector;
    private final ShardRouter router;
    private final Function<ServerId, Optional<ManagedChannel>> channels;
    private final Runnable onLearned;
    private final EndpointRotation rotation;
    private @Nullable Watch watch;
    private long refreshedAtNanos;
    private boolean refreshing;
    private boolean closed;

    /**
     * Subscribes to nothing yet.
     *
     * @param endpoints where to begin
     * @param channels connections to servers that exist already
     * @param onLearned told when the router learned something
     * @param random for the length of pauses
     */
    public MapSubscription(
            ClientLoop loop,
            Connector connector,
            List<HostPort> endpoints,
            ShardRouter router,
            Function<ServerId, Optional<ManagedChannel>> channels,
            Runnable onLearned,
            RandomGenerator random) {
        this.loop = loop;
        this.connector = connector;
        this.router = router;
        this.channels = channels;
        this.onLearned = onLearned;
        this.rotation = new EndpointRotation(endpoints, random);
        this.refreshedAtNanos = loop.clock().nanos() - TimeUnit.MILLISECONDS.toNanos(REFRESH_INTERVAL_MILLIS);
    }

    /** Subscribes to the first endpoint. */
    public void start() {
        watchNext();
        loop.after(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS), this::tick);
    }

    /** A channel to the process subscribed to; empty while there is none. */
    public Optional<ManagedChannel> channel() {
        return Optional.ofNullable(watch).map(present -> present.channel);
    }

    /** Leaves the process subscribed to for the next one, because it is of no use. */
    public void abandon(RingKvException reason) {
        if (watch != null) {
            watch.end(reason);
        }
    }

    @Override
    public void refresh(@Nullable ServerId informed) {
        if (closed || refreshing) {
            return;
        }
        refreshing = true;
        long sinceNanos = loop.clock().nanos() - refreshedAtNanos;
        long waitNanos = TimeUnit.MILLISECONDS.toNanos(REFRESH_INTERVAL_MILLIS) - sinceNanos;
        loop.after(Math.max(0, waitNanos), () -> askOnce(informed));
    }

    private void askOnce(@Nullable ServerId informed) {
        refreshing = false;
        refreshedAtNanos = loop.clock().nanos();
        Optional<ManagedChannel> known = informed == null ? Optional.empty() : channels.apply(informed);
        Optional<ManagedChannel> channel = known.isPresent() ? known : channel();
        if (closed || channel.isEmpty()) {
            return;
        }
        ClusterGrpc.newStub(channel.get())
                .withDeadlineAfter(REFRESH_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .getShardMap(GetShardMapRequest.getDefaultInstance(), new OneMap());
    }

    @Override
    public RingKvException noRoute() {
        ShardMap map = router.map();
        if (map != null && map.shards().isEmpty()) {
            return new RingKvException(ErrorCode.NOT_PLACED, "The cluster has no shards yet");
        }
        return rotation.explain();
    }

    /** Ends the subscription. */
    public void close() {
        closed = true;
        if (watch != null) {
            watch.cancel();
        }
    }

    private void tick() {
        if (closed) {
            return;
        }
        if (watch != null) {
            watch.checkSilence();
        }
        loop.after(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS), this::tick);
    }

    private void watchNext() {
        if (closed) {
            return;
        }
        HostPort endpoint = rotation.next(router.map());
        Watch next = new Watch(endpoint, connector.open(endpoint));
        watch = next;
        next.start();
    }

    private void learn(ShardMap map, String from) {
        ShardMap known = router.map();
        if (known != null && !known.cluster().equals(map.cluster())) {
            throw new RingKvException(
                    ErrorCode.WRONG_CLUSTER,
                    from + " is of cluster " + map.cluster() + "; this client is of " + known.cluster());
        }
        if (router.learn(map)) {
            onLearned.run();
        }
    }

    /** The answer to a single question for the map. */
    private final class OneMap implements io.grpc.stub.StreamObserver<GetShardMapReply> {

        @Override
        public void onNext(GetShardMapReply reply) {
            loop.execute(() -> {
                try {
                    learn(ShardMapMessages.fromMessage(reply.getShardMap()), "The server asked");
                } catch (RingKvException e) {
                    log.warn("event=shard-map-refused reason=\"{}\"", e.getMessage());
                }
            });
        }

        @Override
        public void onError(Throwable failure) {
            log.debug("event=shard-map-refresh-failed reason=\"{}\"", failure.getMessage());
        }

        @Override
        public void onCompleted() {
            // The map came before.
        }
    }

    /** A subscription to one process, from its start to its end. */
    private final class Watch implements ClientResponseObserver<WatchShardMapRequest, ShardMapUpdate> {

        private final HostPort endpoint;
        private final ManagedChannel channel;
        private final Silence silence = new Silence(
                TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS), loop.clock().nanos());
        private @Nullable ClientCallStreamObserver<WatchShardMapRequest> call;
        private boolean mapKnown;
        private boolean ended;

        Watch(HostPort endpoint, ManagedChannel channel) {
            this.endpoint = endpoint;
            this.channel = channel;
        }

        void start() {
            WatchShardMapRequest.Builder request =
                    WatchShardMapRequest.newBuilder().setKnownRingEpoch(router.ringEpoch());
            ShardMap map = router.map();
            if (map != null) {
                request.setClusterId(IdMessages.toBytes(map.cluster()));
            }
            ClusterGrpc.newStub(channel).watchShardMap(request.build(), this);
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchShardMapRequest> stream) {
            call = stream;
        }

        void checkSilence() {
            long limitMillis = mapKnown ? SILENCE_MILLIS_MAX : FIRST_MAP_MILLIS_MAX;
            if (silence.count(loop.clock().nanos()) >= TimeUnit.MILLISECONDS.toNanos(limitMillis)) {
                end(new RingKvException(
                        ErrorCode.UNAVAILABLE, "It told nothing of a shard map for " + limitMillis + " ms"));
            }
        }

        void cancel() {
            ended = true;
            if (call != null) {
                call.cancel("not needed any more", null);
            }
            channel.shutdownNow();
        }

        void end(RingKvException reason) {
            if (ended) {
                return;
            }
            cancel();
            watch = null;
            log.debug("event=shard-map-source-left endpoint={} reason=\"{}\"", endpoint, reason.getMessage());
            long pauseMillis = rotation.failed(endpoint, reason);
            loop.after(TimeUnit.MILLISECONDS.toNanos(pauseMillis), MapSubscription.this::watchNext);
        }

        @Override
        public void onNext(ShardMapUpdate update) {
            loop.execute(() -> heard(update));
        }

        @Override
        public void onError(Throwable failure) {
            loop.execute(() -> end(FailureStatus.toException(failure)));
        }

        @Override
        public void onCompleted() {
            loop.execute(() -> end(new RingKvException(ErrorCode.UNAVAILABLE, "It ended the subscription")));
        }

        private void heard(ShardMapUpdate update) {
            if (ended) {
                return;
            }
            try {
                apply(update);
            } catch (RingKvException e) {
                end(e);
                return;
            }
            if (router.map() == null) {
                rotation.withoutMap(endpoint);
                return;
            }
            // A process without a map gives signs of life too, but they are not what is waited for.
            mapKnown = true;
            silence.heard();
            rotation.succeeded();
        }

        private void apply(ShardMapUpdate update) {
            if (update.hasFull()) {
                learn(ShardMapMessages.fromMessage(update.getFull()), endpoint.toString());
            } else if (update.hasDiff()) {
                if (router.learn(ShardMapMessages.fromMessage(update.getDiff()))) {
                    onLearned.run();
                } else {
                    refresh(null);
                }
            }
            for (LeaderHint hint : update.getLeadersList()) {
                router.leaderPublished(
                        IdMessages.shardId(hint.getShard()), IdMessages.serverId(hint.getServerId()), hint.getTerm());
            }
        }
    }
}
