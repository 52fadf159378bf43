package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.rpc.Consistency;
import io.ringkv.rpc.OperationType;
import io.ringkv.server.barrier.ReadBarrier;
import io.ringkv.server.engine.EngineClosedException;
import io.ringkv.server.engine.ShardReader;
import io.ringkv.server.replica.ShardReplica;
import io.ringkv.server.shard.ShardMeta;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out reads, when the consistency they ask for allows it.
 *
 * <ul>
 *   <li>Linearizable: after the {@link ReadBarrier} has confirmed the leader.
 *   <li>Session: as soon as the replica has applied the revision named, leader or not.
 *   <li>Stale: at once, on any replica.
 * </ul>
 *
 * <p>Small reads run on the event loop that learned that they may; pages and reads of many keys on a thread of their own, so
 * that they do not hold up the others. While a client does not take its results no further read is carried out for it.
 *
 * <p>A read may be carried out later than it was confirmed: what it then sees is at least what was committed before it
 * began, and all of it is committed.
 */
final class Reads {
    private static final Logger LOG = LoggerFactory.getLogger(Reads.class);

    /** Reads of more keys or entries leave the event loop. */
    private static final int LIGHT_KEYS = 64;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final DoorContext context;
    private final ReadBarrier barrier;
    private final RevisionWaits revisionWaits;
    private final Executor heavyReads;
    private final Freshness freshness;

    /** @param heavyReads few threads behind a bounded queue; rejects what does not fit */
    Reads(
            DoorContext context,
            ReadBarrier barrier,
            RevisionWaits revisionWaits,
            Executor heavyReads,
            Freshness freshness) {
        this.context = context;
        this.barrier = barrier;
        this.revisionWaits = revisionWaits;
        this.heavyReads = heavyReads;
        this.freshness = freshness;
    }

    /** Takes over a read that was checked: it will be answered. */
    void start(Exchange exchange, ShardReplica replica, OperationBody body) {
        ReadRequest read = new ReadRequest(exchange, replica, body, this);
        switch (exchange.request().consistency) {
            case Consistency.CONSISTENCY_LINEARIZABLE_VALUE -> barrier.confirm(replica, read);
            case Consistency.CONSISTENCY_SESSION_VALUE -> revisionWaits.await(read);
            default -> run(read);
        }
    }

    /** Carries a read out now, or as soon as its client has room for the result. */
    void run(ReadRequest read) {
        Exchange exchange = read.exchange();
        ReplySink sink = exchange.sink();
        long now = context.clock().nanos();
        if (!sink.isOpen()) {
            refuse(read, Refusal.of(ErrorCode.CONNECTION_LOST, "The stream of the request is closed"));
        } else if (exchange.deadlineNanos() - now <= 0) {
            refuse(read, budgetEnded());
        } else if (!sink.hasRoom()) {
            sink.whenRoom(() -> run(read));
        } else if (isHeavy(read)) {
            runElsewhere(read);
        } else {
            answer(read);
        }
    }

    /** Answers a read that is not carried out. */
    void refuse(ReadRequest read, Refusal refusal) {
        Exchange exchange = read.exchange();
        Refusal explained = context.quorum().explain(refusal, read.replica());
        Refusal complete = context.records().withRecordIfNewer(explained, exchange.request());
        exchange.answer(Answer.of(complete), context.clock().nanos());
        exchange.sink().flush();
    }

    static Refusal budgetEnded() {
        return Refusal.of(ErrorCode.DEADLINE_EXCEEDED_NOT_APPLIED, "The request's budget ended before it was read");
    }

    /** Why a replica that has no open state is not read: it is on its way, or it failed. */
    static Refusal notServing(ShardReplica replica) {
        ErrorCode code = replica.division().running() ? ErrorCode.REPLICA_FAILED : ErrorCode.STARTING;
        return Refusal.of(code, "The replica of shard " + replica.shard() + " here does not serve now");
    }

    private void runElsewhere(ReadRequest read) {
        try {
            heavyReads.execute(() -> {
                if (read.exchange().sink().hasRoom()) {
                    answer(read);
                } else {
                    read.exchange().sink().whenRoom(() -> run(read));
                }
            });
        } catch (RejectedExecutionException e) {
            refuse(
                    read,
                    Refusal.busy(
                            ErrorCode.TOO_MANY_SCANS,
                            "As many pages and reads of many keys wait as this server takes",
                            context.settings().retryAfterMillis()));
        }
    }

    private void answer(ReadRequest read) {
        Exchange exchange = read.exchange();
        Answer answer;
        try {
            ShardReader reader = read.reader();
            boolean stale = exchange.request().consistency == Consistency.CONSISTENCY_STALE_VALUE;
            // Asked of the state before it is read: what is read is that state or a later one.
            OptionalLong freshAt = stale ? freshAtNanos(read.replica(), reader) : OptionalLong.empty();
            answer = StoreRead.answer(exchange.type(), read.body(), reader, context.records());
            if (freshAt.isPresent()) {
                answer = answer.withStaleness(millisSince(freshAt.getAsLong()));
            }
        } catch (EngineClosedException e) {
            answer = Answer.of(notServing(read.replica()));
        } catch (RuntimeException e) {
            LOG.error(
                    "event=read_failed op={} shard={}",
                    exchange.type(),
                    read.replica().shard(),
                    e);
            answer = Answer.of(Refusal.of(ErrorCode.INTERNAL, "The read met an unexpected error"));
        }
        exchange.answer(answer, context.clock().nanos());
        exchange.sink().flush();
    }

    private OptionalLong freshAtNanos(ShardReplica replica, ShardReader reader) {
        ShardMeta meta = reader.meta();
        return meta == null ? OptionalLong.empty() : freshness.freshAtNanos(replica, meta.revision());
    }

    /** Rounded up, because it is an upper bound and 0 means unknown. */
    private long millisSince(long nanos) {
        return (context.clock().nanos() - nanos) / NANOS_PER_MILLI + 1;
    }

    private static boolean isHeavy(ReadRequest read) {
        int records = read.exchange().type() == OperationType.OPERATION_TYPE_SCAN
                ? read.body().scan().limit()
                : read.body().keyCount();
        return records > LIGHT_KEYS;
    }
}
