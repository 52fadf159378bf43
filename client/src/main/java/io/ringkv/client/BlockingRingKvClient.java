package io.ringkv.client;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.rpc.ClusterStatus;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A {@link RingKvClient} for callers that wait: each method returns the result or throws the
 * {@link RingKvException} that the future of the same name completes with. Any number of threads may call; what they ask
 * at the same time travels together.
 *
 * <p>Must not be called on an event loop's thread. A thread that is interrupted while it waits keeps its interrupted flag
 * and gets an exception; the operation goes on, so the outcome of a write is then unknown.
 */
public final class BlockingRingKvClient {

    private final RingKvClient client;

    /** A view of the client; closing it is up to its owner. */
    public BlockingRingKvClient(RingKvClient client) {
        this.client = client;
    }

    /** Reads a key, linearizably. */
    public GetResult get(Bytes key) {
        return await(client.get(key), ErrorCode.UNAVAILABLE);
    }

    /** Reads a key. */
    public GetResult get(Bytes key, ReadOptions options) {
        return await(client.get(key, options), ErrorCode.UNAVAILABLE);
    }

    /** Reads several keys, linearizably each; they may lie on any shards. */
    public MultiGetResult multiGet(Collection<Bytes> keys) {
        return await(client.multiGet(keys), ErrorCode.UNAVAILABLE);
    }

    /** Reads several keys; they may lie on any shards. */
    public MultiGetResult multiGet(Collection<Bytes> keys, ReadOptions options) {
        return await(client.multiGet(keys, options), ErrorCode.UNAVAILABLE);
    }

    /** Sets the value of a key, whether it exists or not. */
    public PutResult put(Bytes key, Bytes value) {
        return await(client.put(key, value), ErrorCode.OUTCOME_UNKNOWN);
    }

    /** Sets the value of a key, whether it exists or not. */
    public PutResult put(Bytes key, Bytes value, WriteOptions options) {
        return await(client.put(key, value, options), ErrorCode.OUTCOME_UNKNOWN);
    }

    /** Removes a key; that it does not exist is no error. */
    public DeleteResult delete(Bytes key) {
        return await(client.delete(key), ErrorCode.OUTCOME_UNKNOWN);
    }

    /** Removes a key; that it does not exist is no error. */
    public DeleteResult delete(Bytes key, WriteOptions options) {
        return await(client.delete(key, options), ErrorCode.OUTCOME_UNKNOWN);
    }

    /** Sets the value of a key if the expectation holds when it is applied. */
    public CompareAndSetResult compareAndSet(Bytes key, Expectation expectation, Bytes value) {
        return await(client.compareAndSet(key, expectation, value), ErrorCode.OUTCOME_UNKNOWN);
    }

    /** Sets the value of a key if the expectation holds when it is applied. */
    public CompareAndSetResult compareAndSet(Bytes key, Expectation expectation, Bytes value, WriteOptions options) {
        return await(client.compareAndSet(key, expectation, value, options), ErrorCode.OUTCOME_UNKNOWN);
    }

    /** Removes a key if the expectation holds when it is applied. */
    public CompareAndSetResult compareAndDelete(Bytes key, Expectation expectation) {
        return await(client.compareAndDelete(key, expectation), ErrorCode.OUTCOME_UNKNOWN);
    }

    /** Removes a key if the expectation holds when it is applied. */
    public CompareAndSetResult compareAndDelete(Bytes key, Expectation expectation, WriteOptions options) {
        return await(client.compareAndDelete(key, expectation, options), ErrorCode.OUTCOME_UNKNOWN);
    }

    /** Adds to a 64-bit counter; a key that does not exist counts as 0. */
    public IncrementResult increment(Bytes key, long delta) {
        return await(client.increment(key, delta), ErrorCode.OUTCOME_UNKNOWN);
    }

    /** Adds to a 64-bit counter; a key that does not exist counts as 0. */
    public IncrementResult increment(Bytes key, long delta, WriteOptions options) {
        return await(client.increment(key, delta, options), ErrorCode.OUTCOME_UNKNOWN);
    }

    /** Applies several changes to one shard, all or none. */
    public BatchResult batch(Batch batch) {
        return await(client.batch(batch), ErrorCode.OUTCOME_UNKNOWN);
    }

    /** Applies several changes to one shard, all or none. */
    public BatchResult batch(Batch batch, WriteOptions options) {
        return await(client.batch(batch, options), ErrorCode.OUTCOME_UNKNOWN);
    }

    /** Starts a scan over all shards, in the order of keys. */
    public Scan scan(ScanRequest request) {
        return new Scan(client.scan(request));
    }

    /** The shard map as known now; waits for the first one, 5 s at most. */
    public ShardMap shardMap() {
        return await(client.shardMap(), ErrorCode.UNAVAILABLE);
    }

    /** Where a key lives, by the shard map as known now; waits for the first one, 5 s at most. */
    public KeyLocation locate(Bytes key) {
        return await(client.locate(key), ErrorCode.UNAVAILABLE);
    }

    /** State of the cluster. */
    public ClusterStatus status() {
        return await(client.status(), ErrorCode.UNAVAILABLE);
    }

    /** State of the cluster; of the options only the time limit matters. */
    public ClusterStatus status(ReadOptions options) {
        return await(client.status(options), ErrorCode.UNAVAILABLE);
    }

    /** What this client has written and seen so far. */
    public SessionToken sessionToken() {
        return await(client.sessionToken(), ErrorCode.UNAVAILABLE);
    }

    /** From now on SESSION reads are at least as new as the token. */
    public void joinSession(SessionToken token) {
        await(client.joinSession(token), ErrorCode.UNAVAILABLE);
    }

    /**
     * Waits for the future.
     *
     * @param ifInterrupted code of the exception if the thread is interrupted meanwhile
     */
    @SuppressWarnings("NullAway") // A future of Void completes with null, whatever its type says.
    static <T> T await(CompletableFuture<T> future, ErrorCode ifInterrupted) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RingKvException(ifInterrupted, "The thread was interrupted while it waited for the answer", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RingKvException exception) {
                throw exception;
            }
            throw new RingKvException(ErrorCode.INTERNAL, "An unexpected error ended the request", e);
        }
    }
}
