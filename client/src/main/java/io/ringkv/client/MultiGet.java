package io.ringkv.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ringkv.client.operation.OperationRequest;
import io.ringkv.client.operation.OperationRequest.Target;
import io.ringkv.client.operation.PendingOperation;
import io.ringkv.client.route.ShardRoute;
import io.ringkv.client.wiring.ClientCore;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.limit.LimitChecks;
import io.ringkv.common.limit.Limits;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.common.time.Deadline;
import io.ringkv.rpc.Entry;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A read of several keys: one request per shard, or several where its keys or their values are too many for one. If shards
 * are cut anew meanwhile, the keys concerned are grouped again.
 *
 * <p>On the client's loop, after {@link #start}.
 */
final class MultiGet {

    /** Requests with more keys than this may have large answers: they go by the stream for large things. */
    private static final int SMALL_KEYS = 16;

    /** Bytes of keys in one request. */
    private static final int KEY_BYTES_MAX = Limits.MAX_OPERATION_BYTES / 2;

    private static final int REGROUPINGS_MAX = 20;
    private static final long REGROUP_PAUSE_MILLIS = 50;

    private final ClientCore core;
    private final Set<Bytes> keys;
    private final ReadOptions options;
    private final Deadline deadline;
    private final CompletableFuture<MultiGetResult> future = new CompletableFuture<>();
    private final Map<Bytes, KeyValue> found = new HashMap<>();
    private final List<ReadFreshness> freshness = new ArrayList<>();
    private int parts;
    private int regroupings;

    MultiGet(ClientCore core, List<Bytes> keys, ReadOptions options) {
        keys.forEach(key -> LimitChecks.checkKeyLength(key.size()));
        this.core = core;
        this.keys = new LinkedHashSet<>(keys);
        this.options = options;
        this.deadline = Deadline.after(core.loop().clock(), options.timeout());
    }

    CompletableFuture<MultiGetResult> start() {
        core.run(() -> {
            core.whenMapKnown(() -> send(List.copyOf(keys)));
            core.loop().after(options.timeout().toNanos(), this::expire);
        });
        return future;
    }

    private void expire() {
        if (future.isDone()) {
            return;
        }
        boolean sentSomething = parts > 0 || regroupings > 0;
        fail(
                sentSomething
                        ? new RingKvException(
                                ErrorCode.DEADLINE_EXCEEDED_NOT_APPLIED,
                                "Not all of the " + keys.size() + " keys were answered within "
                                        + options.timeout().toMillis() + " ms")
                        : core.noRoute());
    }

    private void send(List<Bytes> wanted) {
        Map<ShardId, List<Bytes>> byShard = new TreeMap<>();
        List<Bytes> nowhere = new ArrayList<>();
        for (Bytes key : wanted) {
            ShardRoute route = core.router().route(Operations.token(key));
            if (route == null) {
                nowhere.add(key);
            } else {
                byShard.computeIfAbsent(route.id(), any -> new ArrayList<>()).add(key);
            }
        }
        byShard.forEach(this::sendToShard);
        if (!nowhere.isEmpty()) {
            regroup(nowhere, core.noRoute());
        }
        completeIfDone();
    }

    private void sendToShard(ShardId shard, List<Bytes> shardKeys) {
        List<Bytes> part = new ArrayList<>();
        long bytes = 0;
        for (Bytes key : shardKeys) {
            if (part.size() == Limits.MAX_GET_KEYS || bytes + key.size() > KEY_BYTES_MAX) {
                sendPart(shard, part);
                part = new ArrayList<>();
                bytes = 0;
            }
            part.add(key);
            bytes += key.size();
        }
        sendPart(shard, part);
    }

    private void sendPart(ShardId shard, List<Bytes> part) {
        long remainingMillis = deadline.remainingMillis(core.loop().clock());
        if (future.isDone() || remainingMillis == 0) {
            return;
        }
        OperationRequest request = new OperationRequest(
                OperationType.OPERATION_TYPE_MULTI_GET,
                Operations.multiGet(part),
                new Target.Shard(shard),
                Operations.toMessage(options.consistency()),
                part.size() > SMALL_KEYS,
                Duration.ofMillis(remainingMillis));
        parts++;
        try {
            core.submit(new Part(request, shard, part));
        } catch (RingKvException e) {
            fail(e);
        }
    }

    private void took(Reply reply, ShardRecord shard) throws InvalidProtocolBufferException {
        Replies.succeed(reply);
        for (Entry entry :
                io.ringkv.rpc.MultiGetResult.parseFrom(reply.getBody()).getEntriesList()) {
            KeyValue read = Replies.keyValue(entry);
            found.put(read.key(), options.metadataOnly() ? withoutValue(read) : read);
        }
        freshness.add(Replies.freshness(reply, shard, options.consistency()));
    }

    private static KeyValue withoutValue(KeyValue read) {
        return new KeyValue(read.key(), Bytes.empty(), read.createRevision(), read.modRevision(), read.version());
    }

    private void refused(ShardId shard, List<Bytes> part, RingKvException failure) {
        if (failure.code() == ErrorCode.FRAME_TOO_LARGE && part.size() > 1) {
            sendPart(shard, part.subList(0, part.size() / 2));
            sendPart(shard, part.subList(part.size() / 2, part.size()));
        } else if (failure.family() == ErrorFamily.STALE) {
            regroup(part, failure);
        } else {
            fail(failure);
        }
    }

    /** Tries again by the map as it will be in a moment. */
    private void regroup(List<Bytes> again, RingKvException reason) {
        regroupings++;
        if (regroupings > REGROUPINGS_MAX) {
            fail(reason);
            return;
        }
        parts++;
        core.loop().after(TimeUnit.MILLISECONDS.toNanos(REGROUP_PAUSE_MILLIS), () -> {
            parts--;
            send(again);
        });
    }

    private void completeIfDone() {
        if (parts > 0 || future.isDone()) {
            return;
        }
        Map<Bytes, KeyValue> inOrder = new LinkedHashMap<>();
        for (Bytes key : keys) {
            KeyValue read = found.get(key);
            if (read != null) {
                inOrder.put(key, read);
            }
        }
        freshness.sort(Comparator.comparing(ReadFreshness::shard).thenComparing(ReadFreshness::revision));
        future.complete(new MultiGetResult(inOrder, freshness));
    }

    private void fail(RingKvException failure) {
        future.completeExceptionally(failure);
    }

    /** The keys of one request. */
    private final class Part extends PendingOperation {

        private final ShardId shard;
        private final List<Bytes> partKeys;

        Part(OperationRequest request, ShardId shard, List<Bytes> partKeys) {
            super(request);
            this.shard = shard;
            this.partKeys = List.copyOf(partKeys);
        }

        @Override
        protected void succeeded(Reply reply, ShardRecord record) {
            parts--;
            try {
                took(reply, record);
            } catch (RingKvException e) {
                fail(e);
            } catch (InvalidProtocolBufferException e) {
                fail(new RingKvException(ErrorCode.MALFORMED_FRAME, "The body of an answer is malformed", e));
            }
            completeIfDone();
        }

        @Override
        protected void failed(RingKvException failure) {
            parts--;
            refused(shard, partKeys, failure);
            completeIfDone();
        }
    }
}
