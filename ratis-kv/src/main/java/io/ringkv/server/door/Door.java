package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClientId;
import io.ringkv.common.id.ShardId;
import io.ringkv.rpc.OperationType;
import io.ringkv.server.batch.ShardBatchers;
import io.ringkv.server.batch.WriteOperation;
import io.ringkv.server.disk.DiskWatch;
import io.ringkv.server.engine.EngineClosedException;
import io.ringkv.server.log.LogOperationType;
import io.ringkv.server.replica.DivisionView;
import io.ringkv.server.replica.ReplicaHost;
import io.ringkv.server.replica.ShardReplica;
import io.ringkv.server.shard.ShardMeta;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about every request: refuses what must fail anyway, hands writes to the batcher of their shard and reads to
 * {@link Reads}.
 *
 * <p>A refusal here is certain not to have left a trace in a log, and says so. Range and leadership are checked early to
 * spare a way through Raft; what counts is decided again when the operation is applied, or the read confirmed.
 *
 * <p>Threading: any thread; callers are event loops. Nothing here blocks.
 */
final class Door {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);

    private final DoorContext context;
    private final ReplicaHost host;
    private final ShardBatchers batchers;
    private final Reads reads;
    private final DiskWatch disk;
    private volatile ServingState state = ServingState.STARTING;

    Door(DoorContext context, ReplicaHost host, ShardBatchers batchers, Reads reads, DiskWatch disk) {
        this.context = context;
        this.host = host;
        this.batchers = batchers;
        this.reads = reads;
        this.disk = disk;
    }

    DoorContext context() {
        return context;
    }

    void setState(ServingState newState) {
        state = newState;
    }

    ServingState state() {
        return state;
    }

    /** Takes over a request: the sink gets its answer, perhaps before this call returns, and is flushed if later. */
    void handle(RequestHeader request, ReplySink sink) {
        long now = context.clock().nanos();
        OperationType type = RequestChecks.clientOperation(request.type);
        Exchange exchange = new Exchange(
                request, type == null ? OperationType.OPERATION_TYPE_UNSPECIFIED : type, sink, context.metrics(), now);
        Refusal refusal;
        try {
            refusal = type == null ? RequestChecks.unsupported(request.type) : admit(exchange, type);
        } catch (RingKvException e) {
            refusal = Refusal.of(e);
        } catch (RuntimeException e) {
            // Whatever went wrong may have gone wrong after the request was handed on.
            LOG.error("event=request_failed op={} shard={}", type, request.shard, e);
            refusal = Refusal.of(ErrorCode.INTERNAL, "The server met an unexpected error")
                    .inDoubt();
        }
        if (refusal != null) {
            exchange.answer(Answer.of(refusal), now);
        }
    }

    /** Answers a request that is not even looked at. */
    void refuse(RequestHeader request, ReplySink sink, Refusal refusal) {
        long now = context.clock().nanos();
        OperationType type = RequestChecks.clientOperation(request.type);
        OperationType named = type == null ? OperationType.OPERATION_TYPE_UNSPECIFIED : type;
        new Exchange(request, named, sink, context.metrics(), now).answer(Answer.of(refusal), now);
    }

    /** Hands the request on, or says why not. */
    private @Nullable Refusal admit(Exchange exchange, OperationType type) {
        RequestHeader request = exchange.request();
        Refusal notServing = state.refusal();
        if (notServing != null) {
            return notServing;
        }
        Refusal invalid = RequestChecks.checkHeader(request, type);
        if (invalid != null) {
            return invalid;
        }
        OperationBody body = OperationBody.read(type, request);
        ShardReplica replica = host.replica(new ShardId(request.shard));
        if (replica == null) {
            return context.records()
                    .withRecord(
                            Refusal.of(ErrorCode.UNKNOWN_SHARD, "This server has no replica of shard " + request.shard),
                            request);
        }
        if (replica.incarnation() != request.incarnation) {
            return context.records()
                    .withRecord(
                            Refusal.of(
                                    ErrorCode.STALE_INCARNATION,
                                    "The request is meant for incarnation " + request.incarnation + " of shard "
                                            + request.shard + "; here is " + replica.incarnation()),
                            request);
        }
        if (context.records().isOver(request)) {
            return context.records()
                    .withRecord(
                            Refusal.of(
                                    ErrorCode.STALE_INCARNATION,
                                    "Incarnation " + request.incarnation + " of shard " + request.shard
                                            + " is over: the shard was recovered with loss"),
                            request);
        }
        if (RequestChecks.isRead(type)) {
            reads.start(exchange, replica, body);
            return null;
        }
        return admitWrite(exchange, type, replica, body);
    }

    private @Nullable Refusal admitWrite(
            Exchange exchange, OperationType type, ShardReplica replica, OperationBody body) {
        RequestHeader request = exchange.request();
        if (!replica.serving()) {
            return notLeading(replica, request);
        }
        ShardMeta meta;
        try {
            meta = replica.reader().meta();
        } catch (EngineClosedException e) {
            return Reads.notServing(replica);
        }
        if (meta == null) {
            return Refusal.of(ErrorCode.LEADER_NOT_READY, "The first entry of the shard is not applied yet");
        }
        Refusal outside = RangeCheck.check(body, meta, context.records());
        if (outside != null) {
            return outside;
        }
        String tooFull = body.grows() ? disk.growthRefusal() : null;
        if (tooFull != null) {
            return Refusal.of(ErrorCode.READ_ONLY, tooFull);
        }
        LogOperationType logType = RequestChecks.logType(type);
        boolean opens = type == OperationType.OPERATION_TYPE_OPEN || (logType.isWrite() && request.session == 0);
        if (opens || (logType.isWrite() && request.floor != request.sequence)) {
            Refusal full = SessionTableLimit.check(
                    replica.stats(), opens, context.settings().retryAfterMillis());
            if (full != null) {
                return full;
            }
        }
        ClientId client = request.session == 0 && logType.isWrite() ? request.clientIdOrNull() : null;
        WriteOperation operation = new WriteOperation(
                logType,
                request.session,
                logType.isWrite() ? request.sequence : 0,
                request.floor,
                client,
                request.sessionIdleMillis,
                request.frame,
                request.bodyOffset,
                request.bodyLength);
        batchers.of(replica).offer(new WriteRequest(exchange, operation, context));
        return null;
    }

    private Refusal notLeading(ShardReplica replica, RequestHeader request) {
        DivisionView view = replica.division();
        Refusal refusal;
        if (!view.running()) {
            refusal = Refusal.of(
                    ErrorCode.UNAVAILABLE,
                    "The replica of shard " + replica.shard() + " is not running here but " + view.lifeCycle());
        } else if (view.leader()) {
            refusal = Refusal.busy(
                    ErrorCode.LEADER_NOT_READY,
                    "The replica of shard " + replica.shard() + " was just elected",
                    context.settings().retryAfterMillis());
        } else {
            refusal = Refusal.of(ErrorCode.NOT_LEADER, "The replica of shard " + replica.shard() + " here follows")
                    .withLeader(view.leaderHint());
        }
        return context.records().withRecordIfNewer(context.quorum().explain(refusal, replica), request);
    }
}
