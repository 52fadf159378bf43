package io.ringkv.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ringkv.client.operation.OperationRequest;
import io.ringkv.client.operation.OperationRequest.Target;
import io.ringkv.client.operation.PendingOperation;
import io.ringkv.client.wiring.ClientCore;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.limit.Limits;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.ScanResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A scan over all shards: pages of each, merged. Of each shard at most one page is under way and about one is at hand; the
 * next is asked for when half of the present one is used.
 *
 * <p>If the shards are cut anew, or one begins another life, the scan plans again from the key it has come to.
 *
 * <p>On the client's loop, but for {@link #nextPage} and {@link #close}.
 */
final class MergingScan implements ScanCursor {

    /** Bytes of all shards' pages together, as far as the least page allows. */
    private static final int BUFFER_BYTES = 16 << 20;

    private static final int PAGE_BYTES_MIN = 64 << 10;
    private static final int PAGE_ENTRIES_MIN = 16;
    private static final int FAILED_PLANS_MAX = 20;
    private static final long PLAN_PAUSE_MILLIS = 50;

    private final ClientCore core;
    private final ScanRequest request;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final List<ShardPages> shards = new ArrayList<>();
    private OrderedMerge merge = new OrderedMerge(0);
    private @Nullable CompletableFuture<ScanPage> pending;
    private List<KeyValue> page = new ArrayList<>();
    private Bytes start;
    private long left;
    private boolean planning;
    private boolean planned;
    private boolean ended;
    private int pageBytes;

    /** Number of the plan; what belongs to an earlier one is ignored. */
    private int plan;

    private int failedPlans;

    MergingScan(ClientCore core, ScanRequest request) {
        this.core = core;
        this.request = request;
        this.start = request.start();
        this.left = request.limit() == 0 ? Long.MAX_VALUE : request.limit();
    }

    @Override
    public CompletableFuture<ScanPage> nextPage() {
        if (!asked.compareAndSet(false, true)) {
            throw new IllegalStateException("the page asked for before has not come yet");
        }
        CompletableFuture<ScanPage> future = new CompletableFuture<>();
        core.run(() -> begin(future));
        return future;
    }

    private void begin(CompletableFuture<ScanPage> future) {
        pending = future;
        if (ended) {
            complete(false);
        } else if (planned) {
            fill();
        } else {
            if (!planning) {
                planning = true;
                core.whenMapKnown(this::plan);
            }
            core.loop().after(request.timeout().toNanos(), () -> failIfUnplanned(future));
        }
    }

    private void failIfUnplanned(CompletableFuture<ScanPage> future) {
        if (pending == future && !planned) {
            fail(core.noRoute());
        }
    }

    /** Begins anew with the shards as they are cut now, from the key the scan has come to. */
    private void plan() {
        planning = false;
        ShardMap map = core.router().map();
        if (ended) {
            return;
        }
        if (map == null || map.shards().isEmpty() || !map.isComplete()) {
            planAgain(core.noRoute());
            return;
        }
        planned = true;
        plan++;
        shards.clear();
        for (ShardRecord record : map.shards()) {
            shards.add(new ShardPages(shards.size(), record, plan));
        }
        merge = new OrderedMerge(shards.size());
        fill();
    }

    private void planAgain(RingKvException reason) {
        planned = false;
        plan++;
        failedPlans++;
        if (failedPlans > FAILED_PLANS_MAX) {
            fail(reason);
            return;
        }
        planning = true;
        core.loop().after(TimeUnit.MILLISECONDS.toNanos(PLAN_PAUSE_MILLIS), this::plan);
    }

    /** Takes what is at hand, and asks for more. */
    private void fill() {
        if (pending == null || ended || !planned) {
            return;
        }
        while (!isPageFull() && left > 0) {
            KeyValue next = merge.poll();
            if (next == null) {
                break;
            }
            page.add(next);
            pageBytes += next.key().size() + next.value().size();
            left--;
            start = next.key().successor();
        }
        boolean done = left == 0 || merge.isDone();
        if (done || isPageFull()) {
            ended = done;
            complete(!done);
        }
        if (!ended) {
            shards.forEach(ShardPages::fetchIfLow);
        }
    }

    private boolean isPageFull() {
        return page.size() >= request.pageEntries() || pageBytes >= Limits.MAX_PAGE_BYTES;
    }

    private void complete(boolean more) {
        CompletableFuture<ScanPage> future = pending;
        if (future == null) {
            return;
        }
        pending = null;
        pageBytes = 0;
        failedPlans = 0;
        List<KeyValue> entries = page;
        page = new ArrayList<>();
        asked.set(false);
        future.complete(new ScanPage(entries, more));
    }

    private void fail(RingKvException failure) {
        ended = true;
        shards.clear();
        CompletableFuture<ScanPage> future = pending;
        pending = null;
        asked.set(false);
        if (future != null) {
            future.completeExceptionally(failure);
        }
    }

    @Override
    public void close() {
        core.runIfOpen(() -> {
            if (!ended) {
                fail(new RingKvException(ErrorCode.CLIENT_CLOSED, "The scan was closed"));
            }
        });
    }

    /** Pages of one shard, as it was cut when the scan was planned. */
    private final class ShardPages {

        private final int index;
        private final ShardRecord record;
        private final int ofPlan;
        private Bytes from = start;
        private int lastPageEntries;
        private boolean fetching;
        private boolean exhausted;

        ShardPages(int index, ShardRecord record, int ofPlan) {
            this.index = index;
            this.record = record;
            this.ofPlan = ofPlan;
        }

        void fetchIfLow() {
            if (!fetching && !exhausted && merge.buffered(index) <= lastPageEntries / 2) {
                fetching = true;
                fetch();
            }
        }

        private void fetch() {
            int count = Math.max(1, shards.size());
            long share = 2L * request.pageEntries() / count + 1;
            long entries = Math.min(left, Math.max(PAGE_ENTRIES_MIN, share));
            int bytes = Math.min(Limits.MAX_PAGE_BYTES, Math.max(PAGE_BYTES_MIN, BUFFER_BYTES / (2 * count)));
            OperationRequest operation = new OperationRequest(
                    OperationType.OPERATION_TYPE_SCAN,
                    Operations.scan(request, from, (int) Math.min(entries, Limits.MAX_SCAN_PAGE_ENTRIES), bytes),
                    new Target.Shard(record.id()),
                    Operations.toMessage(request.consistency()),
                    true,
                    request.timeout());
            try {
                core.submit(new PageCall(operation, this));
            } catch (RingKvException e) {
                failed(e);
            }
        }

        void took(Reply reply, ShardRecord answeredBy) {
            fetching = false;
            if (ofPlan != plan || ended) {
                return;
            }
            // A shard that was cut meanwhile answers for its new range only; the rest is elsewhere.
            if (answeredBy.incarnation() != record.incarnation()
                    || !answeredBy.range().equals(record.range())) {
                planAgain(new RingKvException(ErrorCode.STALE_EPOCH, "The shards were cut anew too often"));
                return;
            }
            try {
                Replies.succeed(reply);
                ScanResult result = ScanResult.parseFrom(reply.getBody());
                List<KeyValue> entries =
                        result.getEntriesList().stream().map(Replies::keyValue).toList();
                exhausted = !result.getMore();
                from = Bytes.wrap(result.getNextStart().toByteArray());
                lastPageEntries = entries.size();
                merge.add(index, entries, exhausted);
            } catch (RingKvException e) {
                fail(e);
                return;
            } catch (InvalidProtocolBufferException e) {
                fail(new RingKvException(ErrorCode.MALFORMED_FRAME, "The body of an answer is malformed", e));
                return;
            }
            fill();
        }

        void failed(RingKvException failure) {
            fetching = false;
            if (ofPlan != plan || ended) {
                return;
            }
            if (failure.family() == ErrorFamily.STALE) {
                planAgain(failure);
            } else {
                fail(failure);
            }
        }
    }

    private static final class PageCall extends PendingOperation {

        private final ShardPages pages;

        PageCall(OperationRequest request, ShardPages pages) {
            super(request);
            this.pages = pages;
        }

        @Override
        protected void succeeded(Reply reply, ShardRecord shard) {
            pages.took(reply, shard);
        }

        @Override
        protected void failed(RingKvException failure) {
            pages.failed(failure);
        }
    }
}
