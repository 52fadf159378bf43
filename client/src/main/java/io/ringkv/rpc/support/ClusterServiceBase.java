package io.ringkv.rpc.support;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.rpc.ClusterGrpc;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.GetShardMapReply;
import io.ringkv.rpc.GetShardMapRequest;
import io.ringkv.rpc.GetStatusRequest;
import io.ringkv.rpc.IdentifyRequest;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.ShardMapUpdate;
import io.ringkv.rpc.WatchShardMapRequest;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The part of the service Cluster that servers and managers have in common: who they are, and the shard map, once or as a
 * subscription. What the state of the cluster is, a subclass says.
 *
 * <p>Subscribers get a sign of life every 2 s. Safe for use by any thread.
 */
public abstract class ClusterServiceBase extends ClusterGrpc.ClusterImplBase implements AutoCloseable {

    private static final long LIFE_SIGN_MILLIS = 2_000;
    private static final int WATCHERS_MAX = 10_000;

    private final ShardMapPublisher maps;
    private final Supplier<ProcessIdentity> identity;
    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
    private final ScheduledFuture<?> lifeSigns;
    private final Runnable onChange = this::tellAll;

    /**
     * Starts the signs of life.
     *
     * @param identity who answers here, now
     * @param timer runs a short task every 2 s, such as an event loop
     */
    protected ClusterServiceBase(
            ShardMapPublisher maps, Supplier<ProcessIdentity> identity, ScheduledExecutorService timer) {
        this.maps = Objects.requireNonNull(maps, "maps");
        this.identity = Objects.requireNonNull(identity, "identity");
        this.lifeSigns =
                timer.scheduleWithFixedDelay(this::signLife, LIFE_SIGN_MILLIS, LIFE_SIGN_MILLIS, TimeUnit.MILLISECONDS);
        maps.addListener(onChange);
    }

    @Override
    public final void getShardMap(GetShardMapRequest request, StreamObserver<GetShardMapReply> reply) {
        try {
            checkCluster(request.getClusterId());
            ShardMap map = maps.current().orElseThrow(ClusterServiceBase::notBootstrapped);
            reply.onNext(GetShardMapReply.newBuilder()
                    .setShardMap(ShardMapMessages.toMessage(map))
                    .build());
            reply.onCompleted();
        } catch (RingKvException e) {
            reply.onError(FailureStatus.toStatus(e));
        }
    }

    @Override
    public final void watchShardMap(WatchShardMapRequest request, StreamObserver<ShardMapUpdate> updates) {
        try {
            checkCluster(request.getClusterId());
            if (watchers.size() >= WATCHERS_MAX) {
                throw new RingKvException(
                        ErrorCode.TOO_MANY_CONNECTIONS,
                        "This process has " + WATCHERS_MAX + " subscribers of the shard map, as many as it takes");
            }
        } catch (RingKvException e) {
            updates.onError(FailureStatus.toStatus(e));
            return;
        }
        Watcher watcher = new Watcher((ServerCallStreamObserver<ShardMapUpdate>) updates, request.getKnownRingEpoch());
        watchers.add(watcher);
        watcher.start();
    }

    @Override
    public final void getStatus(GetStatusRequest request, StreamObserver<ClusterStatus> reply) {
        try {
            checkCluster(request.getClusterId());
        } catch (RingKvException e) {
            reply.onError(FailureStatus.toStatus(e));
            return;
        }
        Unary.answer(status(request), reply);
    }

    /** The state of the cluster as seen from here, or by whoever knows better; the caller means this cluster. */
    protected abstract CompletionStage<ClusterStatus> status(GetStatusRequest request);

    @Override
    public final void identify(IdentifyRequest request, StreamObserver<ProcessIdentity> reply) {
        reply.onNext(identity.get());
        reply.onCompleted();
    }

    /** Ends all subscriptions with SHUTTING_DOWN and the signs of life. */
    @Override
    public void close() {
        maps.removeListener(onChange);
        lifeSigns.cancel(false);
        for (Watcher watcher : watchers) {
            watcher.end(new RingKvException(ErrorCode.SHUTTING_DOWN, "This process is about to stop"));
        }
    }

    /**
     * Checks what a caller believes to be its cluster.
     *
     * @param claimed 16 bytes, or none if the caller does not know yet
     * @throws RingKvException WRONG_CLUSTER, or MALFORMED_FRAME
     */
    private void checkCluster(ByteString claimed) {
        ByteString own = identity.get().getClusterId();
        if (!claimed.isEmpty() && !own.isEmpty() && !claimed.equals(own)) {
            throw new RingKvException(
                    ErrorCode.WRONG_CLUSTER,
                    "This process belongs to cluster " + IdMessages.clusterId(own) + "; the caller means "
                            + IdMessages.clusterId(claimed));
        }
    }

    private static RingKvException notBootstrapped() {
        return new RingKvException(ErrorCode.NOT_BOOTSTRAPPED, "This process knows no shard map yet");
    }

    private void tellAll() {
        watchers.forEach(watcher -> watcher.tell(false));
    }

    private void signLife() {
        watchers.forEach(watcher -> watcher.tell(true));
    }

    /** One subscriber, and what it was told. Its lock serializes what is sent to it. */
    private final class Watcher {

        private final ServerCallStreamObserver<ShardMapUpdate> updates;
        private long toldRingEpoch;
        private long toldLeaderVersion;
        private boolean ended;

        Watcher(ServerCallStreamObserver<ShardMapUpdate> updates, long knownRingEpoch) {
            this.updates = updates;
            this.toldRingEpoch = knownRingEpoch;
            updates.setOnCancelHandler(this::forget);
            updates.setOnReadyHandler(() -> tell(false));
        }

        void start() {
            tell(true);
        }

        /** Sends what is new, as soon as the connection takes it. */
        synchronized void tell(boolean evenIfNothing) {
            if (ended || !updates.isReady()) {
                return;
            }
            ShardMapPublisher.Changes changes = maps.changesSince(toldRingEpoch, toldLeaderVersion);
            if (changes.isEmpty() && !evenIfNothing) {
                return;
            }
            toldRingEpoch = changes.ringEpoch();
            toldLeaderVersion = changes.leaderVersion();
            updates.onNext(changes.toMessage());
        }

        synchronized void end(RingKvException reason) {
            forget();
            updates.onError(FailureStatus.toStatus(reason));
        }

        private synchronized void forget() {
            ended = true;
            watchers.remove(this);
        }
    }
}
