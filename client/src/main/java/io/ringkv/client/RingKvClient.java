package io.ringkv.client;

import io.ringkv.client.wiring.ClientCore;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.rpc.ClusterStatus;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * A connection to a RingKV cluster. One instance per process is enough: it is safe for use by any thread, keeps one
 * connection to each server it needs, and puts what its callers ask at the same time into common messages.
 *
 * <p><b>Outcome.</b> A future completes within the time limit of its options (plus a few milliseconds), with a result or a
 * {@link io.ringkv.common.error.RingKvException}. A write that fails with a code of the family {@code OUTCOME_UNKNOWN} may
 * or may not have been applied, and may not yet be; any other failure means that it was not applied and never will be.
 * A write takes effect at most once, whatever is retried inside.
 *
 * <p><b>Order.</b> An operation that starts after another one completed sees its effect. Two that were under way at the
 * same time may take effect in either order.
 *
 * <p><b>Threads.</b> Futures complete on the thread of an event loop: what is chained to them must not block; use the
 * {@code Async} methods of {@link CompletableFuture}, or {@link #blocking}. Cancelling a future does not stop the
 * operation. Arguments that break a limit are refused by an exception of the method itself,
 * and so is everything once the client was closed.
 *
 * <p><b>Memory.</b> The number and bytes of unanswered requests are limited, see {@link ClientOptions}; beyond, a request
 * is refused by an exception of the method itself, CLIENT_QUEUE_FULL.
 */
public interface RingKvClient extends AutoCloseable {

    /**
     * Makes a client. Does not wait for the cluster: the first requests do, within their time limit.
     *
     * @throws io.ringkv.common.error.RingKvException if an option is not valid
     */
    static RingKvClient connect(ClientOptions options) {
        return new ClusterClient(ClientCore.start(options));
    }

    /** The same client for callers that wait. */
    BlockingRingKvClient blocking();

    /** Reads a key, linearizably. */
    default CompletableFuture<GetResult> get(Bytes key) {
        return get(key, ReadOptions.defaults());
    }

    /** Reads a key. */
    CompletableFuture<GetResult> get(Bytes key, ReadOptions options);

    /** Reads several keys, linearizably each; they may lie on any shards. */
    default CompletableFuture<MultiGetResult> multiGet(Collection<Bytes> keys) {
        return multiGet(keys, ReadOptions.defaults());
    }

    /** Reads several keys; they may lie on any shards. Fails as a whole if one shard cannot be read. */
    CompletableFuture<MultiGetResult> multiGet(Collection<Bytes> keys, ReadOptions options);

    /** Sets the value of a key, whether it exists or not. */
    default CompletableFuture<PutResult> put(Bytes key, Bytes value) {
        return put(key, value, WriteOptions.defaults());
    }

    /** Sets the value of a key, whether it exists or not. */
    CompletableFuture<PutResult> put(Bytes key, Bytes value, WriteOptions options);

    /** Removes a key; that it does not exist is no error. */
    default CompletableFuture<DeleteResult> delete(Bytes key) {
        return delete(key, WriteOptions.defaults());
    }

    /** Removes a key; that it does not exist is no error. */
    CompletableFuture<DeleteResult> delete(Bytes key, WriteOptions options);

    /** Sets the value of a key if the expectation holds when it is applied. */
    default CompletableFuture<CompareAndSetResult> compareAndSet(Bytes key, Expectation expectation, Bytes value) {
        return compareAndSet(key, expectation, value, WriteOptions.defaults());
    }

    /** Sets the value of a key if the expectation holds when it is applied. */
    CompletableFuture<CompareAndSetResult> compareAndSet(
            Bytes key, Expectation expectation, Bytes value, WriteOptions options);

    /** Removes a key if the expectation holds when it is applied. */
    default CompletableFuture<CompareAndSetResult> compareAndDelete(Bytes key, Expectation expectation) {
        return compareAndDelete(key, expectation, WriteOptions.defaults());
    }

    /** Removes a key if the expectation holds when it is applied. */
    CompletableFuture<CompareAndSetResult> compareAndDelete(Bytes key, Expectation expectation, WriteOptions options);

    /** Adds to a 64-bit counter that is stored as decimal text; a key that does not exist counts as 0. */
    default CompletableFuture<IncrementResult> increment(Bytes key, long delta) {
        return increment(key, delta, WriteOptions.defaults());
    }

    /**
     * Adds to a 64-bit counter that is stored as decimal text; a key that does not exist counts as 0. Fails with
     * COUNTER_OVERFLOW or NOT_A_COUNTER, and changes nothing then.
     */
    CompletableFuture<IncrementResult> increment(Bytes key, long delta, WriteOptions options);

    /** Applies several changes to one shard, all or none. */
    default CompletableFuture<BatchResult> batch(Batch batch) {
        return batch(batch, WriteOptions.defaults());
    }

    /** Applies several changes to one shard, all or none. Fails with BATCH_SPANS_SHARDS if the keys lie on several. */
    CompletableFuture<BatchResult> batch(Batch batch, WriteOptions options);

    /** Starts a scan over all shards, in the order of keys. Nothing is sent before the first page is asked for. */
    ScanCursor scan(ScanRequest request);

    /** The shard map as known now; waits for the first one, 5 s at most. */
    CompletableFuture<ShardMap> shardMap();

    /** Where a key lives, by the shard map as known now; waits for the first one, 5 s at most. */
    CompletableFuture<KeyLocation> locate(Bytes key);

    /** What operators ask of the shard manager. */
    ClusterAdmin admin();

    /** State of the cluster, as its manager, or else the process that was asked, sees it; see {@code cluster.proto}. */
    default CompletableFuture<ClusterStatus> status() {
        return status(ReadOptions.defaults());
    }

    /** State of the cluster; of the options only the time limit matters. */
    CompletableFuture<ClusterStatus> status(ReadOptions options);

    /**
     * What this client has written and seen so far; SESSION reads of a client that was given it are at least as new. Fails
     * with NO_ENDPOINT_REACHABLE if no cluster was reached within 5 s.
     */
    CompletableFuture<SessionToken> sessionToken();

    /**
     * From now on SESSION reads are at least as new as the token. Fails with SESSION_TOKEN_INVALID if it is of another
     * cluster.
     */
    CompletableFuture<Void> joinSession(SessionToken token);

    /**
     * Fails what is unanswered, ends the sessions in which nothing is in doubt, and closes the connections. Waits 1 s at
     * most. Await your writes first.
     */
    @Override
    void close();
}
