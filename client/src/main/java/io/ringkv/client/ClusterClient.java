package io.ringkv.client;

import com.google.protobuf.ByteString;
import io.ringkv.client.operation.OperationRequest;
import io.ringkv.client.operation.OperationRequest.Target;
import io.ringkv.client.route.ShardRoute;
import io.ringkv.client.wiring.ClientCore;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.limit.Limits;
import io.ringkv.common.ring.Token;
import io.ringkv.common.shardmap.ReplicaRecord;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.rpc.ClusterGrpc;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.GetStatusRequest;
import io.ringkv.rpc.OperationType;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The client of a cluster: encodes on the caller's thread, and leaves the rest to the {@link ClientCore}. */
final class ClusterClient implements RingKvClient {

    private static final io.ringkv.rpc.Consistency LINEARIZABLE = io.ringkv.rpc.Consistency.CONSISTENCY_LINEARIZABLE;

    private final ClientCore core;
    private final BlockingRingKvClient blocking = new BlockingRingKvClient(this);

    ClusterClient(ClientCore core) {
        this.core = core;
    }

    @Override
    public BlockingRingKvClient blocking() {
        return blocking;
    }

    @Override
    public CompletableFuture<GetResult> get(Bytes key, ReadOptions options) {
        Consistency consistency = options.consistency();
        OperationRequest request = new OperationRequest(
                OperationType.OPERATION_TYPE_GET,
                Operations.get(key, options.metadataOnly()),
                Target.key(Operations.token(key)),
                Operations.toMessage(consistency),
                false,
                options.timeout());
        return submit(new Call<>(request, (reply, shard) -> Replies.get(reply, shard, consistency)));
    }

    @Override
    public CompletableFuture<MultiGetResult> multiGet(Collection<Bytes> keys, ReadOptions options) {
        return new MultiGet(core, List.copyOf(keys), options).start();
    }

    @Override
    public CompletableFuture<PutResult> put(Bytes key, Bytes value, WriteOptions options) {
        return write(OperationType.OPERATION_TYPE_PUT, Operations.put(key, value), key, options, Replies::put);
    }

    @Override
    public CompletableFuture<DeleteResult> delete(Bytes key, WriteOptions options) {
        return write(OperationType.OPERATION_TYPE_DELETE, Operations.delete(key), key, options, Replies::delete);
    }

    @Override
    public CompletableFuture<CompareAndSetResult> compareAndSet(
            Bytes key, Expectation expectation, Bytes value, WriteOptions options) {
        ByteString body = Operations.compareAndSet(key, expectation, value);
        return write(OperationType.OPERATION_TYPE_COMPARE_AND_SET, body, key, options, Replies::compareAndSet);
    }

    @Override
    public CompletableFuture<CompareAndSetResult> compareAndDelete(
            Bytes key, Expectation expectation, WriteOptions options) {
        ByteString body = Operations.compareAndDelete(key, expectation);
        return write(OperationType.OPERATION_TYPE_COMPARE_AND_SET, body, key, options, Replies::compareAndSet);
    }

    @Override
    public CompletableFuture<IncrementResult> increment(Bytes key, long delta, WriteOptions options) {
        ByteString body = Operations.increment(key, delta);
        return write(OperationType.OPERATION_TYPE_INCREMENT, body, key, options, Replies::increment);
    }

    @Override
    public CompletableFuture<BatchResult> batch(Batch batch, WriteOptions options) {
        ByteString body = Operations.batch(batch);
        Bytes first = batch.keys().get(0);
        List<Token> otherTokens = batch.keys().stream()
                .map(Operations::token)
                .filter(token -> !token.equals(Operations.token(first)))
                .distinct()
                .toList();
        OperationRequest request = new OperationRequest(
                OperationType.OPERATION_TYPE_BATCH,
                body,
                new Target.Keys(Operations.token(first), otherTokens),
                LINEARIZABLE,
                false,
                options.timeout());
        return submit(new Call<>(request, Replies::batch));
    }

    private <T> CompletableFuture<T> write(
            OperationType type, ByteString body, Bytes key, WriteOptions options, Replies.Reader<T> reader) {
        OperationRequest request = new OperationRequest(
                type, body, Target.key(Operations.token(key)), LINEARIZABLE, false, options.timeout());
        return submit(new Call<>(request, reader));
    }

    private <T> CompletableFuture<T> submit(Call<T> call) {
        core.submit(call);
        return call.future();
    }

    @Override
    public ScanCursor scan(ScanRequest request) {
        return new MergingScan(core, request);
    }

    @Override
    public CompletableFuture<ShardMap> shardMap() {
        return withMap(defaultTimeout(), Function.identity());
    }

    @Override
    public CompletableFuture<KeyLocation> locate(Bytes key) {
        Token token = Operations.token(key);
        return withMap(defaultTimeout(), map -> {
            ShardRoute route = core.router().route(token);
            if (route == null) {
                throw core.noRoute();
            }
            List<ServerRecord> replicas = route.record().replicas().stream()
                    .map(ReplicaRecord::server)
                    .map(map::server)
                    .filter(Objects::nonNull)
                    .toList();
            ServerId leader = route.leader();
            Optional<ServerRecord> leading = Optional.ofNullable(leader == null ? null : map.server(leader));
            return new KeyLocation(token, route.record(), leading, replicas);
        });
    }

    @Override
    public CompletableFuture<ClusterStatus> status(ReadOptions options) {
        return new ClusterQuery<ClusterStatus>(
                        core,
                        options.timeout(),
                        (channel, timeoutMillis, answer) -> ClusterGrpc.newStub(channel)
                                .withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS)
                                .getStatus(GetStatusRequest.getDefaultInstance(), answer),
                        failure -> true)
                .start();
    }

    @Override
    public ClusterAdmin admin() {
        return new AdminCalls(core);
    }

    @Override
    public CompletableFuture<SessionToken> sessionToken() {
        return withMap(
                defaultTimeout(),
                map -> new SessionToken(map.cluster(), core.router().revisionsSeen()));
    }

    @Override
    public CompletableFuture<Void> joinSession(SessionToken token) {
        return withMap(defaultTimeout(), map -> {
                    token.checkCluster(map.cluster());
                    core.router().joinRevisions(token.revisions());
                    return map;
                })
                .thenAccept(joined -> {});
    }

    private static Duration defaultTimeout() {
        return Duration.ofMillis(Limits.DEFAULT_REQUEST_TIMEOUT_MILLIS);
    }

    /** Runs something on the loop once a shard map is known, and completes with its result. */
    private <T> CompletableFuture<T> withMap(Duration timeout, Function<ShardMap, T> task) {
        CompletableFuture<T> future = new CompletableFuture<>();
        core.run(() -> {
            core.whenMapKnown(() -> completeWith(future, task));
            if (!future.isDone()) {
                core.loop().after(timeout.toNanos(), () -> failWithoutMap(future));
            }
        });
        return future;
    }

    private <T> void completeWith(CompletableFuture<T> future, Function<ShardMap, T> task) {
        @Nullable ShardMap map = core.router().map();
        if (map == null) {
            future.completeExceptionally(core.noRoute());
            return;
        }
        try {
            future.complete(task.apply(map));
        } catch (RingKvException e) {
            future.completeExceptionally(e);
        }
    }

    private void failWithoutMap(CompletableFuture<?> future) {
        if (!future.isDone()) {
            future.completeExceptionally(core.noRoute());
        }
    }

    @Override
    public void close() {
        core.close();
    }
}
