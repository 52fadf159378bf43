package io.ringkv.cli;

import io.ringkv.client.Batch;
import io.ringkv.client.BatchResult;
import io.ringkv.client.BlockingRingKvClient;
import io.ringkv.client.Bytes;
import io.ringkv.client.ClusterAdmin;
import io.ringkv.client.CompareAndSetResult;
import io.ringkv.client.DeleteResult;
import io.ringkv.client.Expectation;
import io.ringkv.client.GetResult;
import io.ringkv.client.IncrementResult;
import io.ringkv.client.KeyLocation;
import io.ringkv.client.KeyValue;
import io.ringkv.client.MultiGetResult;
import io.ringkv.client.PutResult;
import io.ringkv.client.ReadFreshness;
import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.client.ScanCursor;
import io.ringkv.client.ScanPage;
import io.ringkv.client.ScanRequest;
import io.ringkv.client.SessionToken;
import io.ringkv.client.WriteOptions;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.BatchItem;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.Question;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One shard in memory, for tests of commands. Answers at once, on the calling thread. */
public final class MemoryClient implements RingKvClient {
    public static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));

    private static final ShardId SHARD = new ShardId(1);

    public final NavigableMap<Bytes, KeyValue> data = new TreeMap<>();
    public ClusterStatus status = ClusterStatus.getDefaultInstance();
    /** Writes that still succeed; then all fail with UNAVAILABLE. */
    public int writesLeft = Integer.MAX_VALUE;

    /** What operators asked. */
    public final List<ChangeRequest> changes = new ArrayList<>();

    public ChangeReply changeReply =
            ChangeReply.newBuilder().setChanged(true).setRingEpoch(8).build();
    /** What the manager knows. */
    public Function<Question, Answer> answers = question -> Answer.getDefaultInstance();
    /** With this a change or question is refused. */
    public @Nullable RingKvException refusal;

    public int closed;
    public Optional<SessionToken> joined = Optional.empty();

    private long revision;

    @Override
    public BlockingRingKvClient blocking() {
        return new BlockingRingKvClient(this);
    }

    @Override
    public CompletableFuture<GetResult> get(Bytes key, ReadOptions options) {
        return CompletableFuture.completedFuture(new GetResult(Optional.ofNullable(data.get(key)), freshness(options)));
    }

    @Override
    public CompletableFuture<MultiGetResult> multiGet(Collection<Bytes> keys, ReadOptions options) {
        Map<Bytes, KeyValue> found = new LinkedHashMap<>();
        for (Bytes key : keys) {
            KeyValue entry = data.get(key);
            if (entry != null) {
                found.put(key, entry);
            }
        }
        return CompletableFuture.completedFuture(new MultiGetResult(found, List.of(freshness(options))));
    }

    @Override
    public CompletableFuture<PutResult> put(Bytes key, Bytes value, WriteOptions options) {
        return write(() -> {
            KeyValue entry = set(key, value);
            return new PutResult(SHARD, entry.modRevision(), entry.version());
        });
    }

    @Override
    public CompletableFuture<DeleteResult> delete(Bytes key, WriteOptions options) {
        return write(() -> {
            boolean existed = data.remove(key) != null;
            return new DeleteResult(SHARD, existed, existed ? ++revision : 0);
        });
    }

    @Override
    public CompletableFuture<CompareAndSetResult> compareAndSet(
            Bytes key, Expectation expectation, Bytes value, WriteOptions options) {
        return write(() -> conditional(key, expectation, () -> set(key, value)));
    }

    @Override
    public CompletableFuture<CompareAndSetResult> compareAndDelete(
            Bytes key, Expectation expectation, WriteOptions options) {
        return write(() -> conditional(key, expectation, () -> {
            revision++;
            data.remove(key);
        }));
    }

    @Override
    public CompletableFuture<IncrementResult> increment(Bytes key, long delta, WriteOptions options) {
        return write(() -> {
            KeyValue entry = data.get(key);
            long sum = (entry == null ? 0 : Long.parseLong(entry.value().toUtf8())) + delta;
            return new IncrementResult(
                    SHARD, sum, set(key, Bytes.utf8(Long.toString(sum))).modRevision());
        });
    }

    @Override
    public CompletableFuture<BatchResult> batch(Batch batch, WriteOptions options) {
        return write(() -> {
            int index = 0;
            for (BatchItem item : batch.toOperation().getItemsList()) {
                if (item.hasCompareAndSet()) {
                    return new BatchResult(
                            SHARD, false, 0, Optional.of(ErrorCode.VALUE_MISMATCH), OptionalInt.of(index));
                }
                if (item.hasPut()) {
                    set(
                            Bytes.wrap(item.getPut().getKey().toByteArray()),
                            Bytes.wrap(item.getPut().getValue().toByteArray()));
                }
                index++;
            }
            return new BatchResult(SHARD, true, revision, Optional.empty(), OptionalInt.empty());
        });
    }

    @Override
    public ScanCursor scan(ScanRequest request) {
        List<KeyValue> entries = data.values().stream()
                .filter(entry -> entry.key().startsWith(request.prefix()))
                .filter(entry -> entry.key().compareTo(request.start()) >= 0)
                .filter(entry -> request.end().isEmpty() || entry.key().compareTo(request.end()) < 0)
                .limit(request.limit() == 0 ? Long.MAX_VALUE : request.limit())
                .toList();
        return new ScanCursor() {
            @Override
            public CompletableFuture<ScanPage> nextPage() {
                return CompletableFuture.completedFuture(new ScanPage(entries, false));
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public ClusterAdmin admin() {
        return new ClusterAdmin() {
            @Override
            public CompletableFuture<ChangeReply> change(ChangeRequest request, Duration timeout) {
                changes.add(request);
                return refusal == null
                        ? CompletableFuture.completedFuture(changeReply)
                        : CompletableFuture.failedFuture(refusal);
            }

            @Override
            public CompletableFuture<Answer> ask(Question question, Duration timeout) {
                return refusal == null
                        ? CompletableFuture.completedFuture(answers.apply(question))
                        : CompletableFuture.failedFuture(refusal);
            }
        };
    }

    @Override
    public CompletableFuture<ClusterStatus> status(ReadOptions options) {
        return CompletableFuture.completedFuture(status);
    }

    @Override
    public CompletableFuture<ShardMap> shardMap() {
        return CompletableFuture.completedFuture(ShardMap.empty(CLUSTER));
    }

    @Override
    public CompletableFuture<KeyLocation> locate(Bytes key) {
        return CompletableFuture.failedFuture(new RingKvException(ErrorCode.NOT_PLACED, "This client has no ring"));
    }

    @Override
    public CompletableFuture<SessionToken> sessionToken() {
        return CompletableFuture.completedFuture(
                new SessionToken(CLUSTER, Map.of(new SessionToken.ShardLife(SHARD, 1), revision)));
    }

    @Override
    public CompletableFuture<Void> joinSession(SessionToken token) {
        joined = Optional.of(token);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        closed++;
    }

    private <T> CompletableFuture<T> write(Supplier<T> action) {
        if (writesLeft == 0) {
            return CompletableFuture.failedFuture(new RingKvException(ErrorCode.UNAVAILABLE, "No writes are left"));
        }
        writesLeft--;
        return CompletableFuture.completedFuture(action.get());
    }

    private KeyValue set(Bytes key, Bytes value) {
        KeyValue before = data.get(key);
        revision++;
        KeyValue after = new KeyValue(
                key,
                value,
                before == null ? revision : before.createRevision(),
                revision,
                before == null ? 1 : before.version() + 1);
        data.put(key, after);
        return after;
    }

    private CompareAndSetResult conditional(Bytes key, Expectation expectation, Runnable change) {
        KeyValue entry = data.get(key);
        Optional<ErrorCode> refusal = Optional.empty();
        if (expectation instanceof Expectation.HasValue expected) {
            if (entry == null || !entry.value().equals(expected.value())) {
                refusal = Optional.of(ErrorCode.VALUE_MISMATCH);
            }
        } else if (expectation instanceof Expectation.HasRevision expected) {
            if (entry == null || entry.modRevision() != expected.modRevision()) {
                refusal = Optional.of(ErrorCode.REVISION_MISMATCH);
            }
        } else if (entry != null) {
            refusal = Optional.of(ErrorCode.KEY_EXISTS);
        }
        if (refusal.isEmpty()) {
            change.run();
            return new CompareAndSetResult(SHARD, true, revision, refusal, Optional.empty());
        }
        return new CompareAndSetResult(
                SHARD, false, entry == null ? 0 : entry.modRevision(), refusal, Optional.ofNullable(entry));
    }

    private ReadFreshness freshness(ReadOptions options) {
        return new ReadFreshness(
                SHARD,
                options.consistency(),
                revision,
                options.consistency() == io.ringkv.client.Consistency.STALE
                        ? OptionalLong.of(40)
                        : OptionalLong.empty());
    }
}
