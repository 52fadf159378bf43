package io.ringkv.client.operation;

import com.google.protobuf.ByteString;
import io.ringkv.client.connection.Attempt;
import io.ringkv.client.route.ShardRoute;
import io.ringkv.client.session.ShardSession;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.Consistency;
import io.ringkv.rpc.OpenOp;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import io.ringkv.rpc.ResolveOp;

/** One sending of an operation, or of what finds out its fate, to one server. */
final class OperationAttempt extends Attempt {

    /** What is sent. */
    enum Kind {
        /** The operation itself. */
        OPERATION,
        /** Finds the session of a write that was to open it, so that its fate can be asked for. */
        OPEN,
        /** Asks for the fate of a write. */
        RESOLVE
    }

    private final OperationRunner runner;
    private final PendingOperation operation;
    private final Kind kind;
    private final ShardRoute route;
    private final ShardRecord record;
    private final ServerId server;
    private int generation;
    private boolean sent;
    private boolean opening;

    OperationAttempt(OperationRunner runner, PendingOperation operation, Kind kind, ShardRoute route, ServerId server) {
        this.runner = runner;
        this.operation = operation;
        this.kind = kind;
        this.route = route;
        this.record = route.record();
        this.server = server;
        this.generation = operation.generation;
    }

    PendingOperation operation() {
        return operation;
    }

    Kind kind() {
        return kind;
    }

    ShardRoute route() {
        return route;
    }

    /** The record by which the server was chosen. */
    ShardRecord record() {
        return record;
    }

    ServerId server() {
        return server;
    }

    /** Generation of the session in which it is sent. */
    int generation() {
        return generation;
    }

    /** Whether it left, so that the server may have it. */
    boolean isSent() {
        return sent;
    }

    /** Whether it is a write that opens its session. */
    boolean isOpening() {
        return opening;
    }

    @Override
    protected boolean isWanted() {
        return !operation.done && operation.current == this && !operation.isBeyondSession();
    }

    @Override
    protected int bodyBytes() {
        return kind == Kind.OPERATION ? operation.request.body().size() : 0;
    }

    @Override
    protected boolean isBulk() {
        return kind == Kind.OPERATION && operation.request.bulk();
    }

    @Override
    protected Request toRequest(long id, long nowNanos) {
        sent = true;
        Request.Builder request = Request.newBuilder()
                .setId(id)
                .setShard(record.id().value())
                .setIncarnation(record.incarnation())
                .setRangeEpoch(record.rangeEpoch())
                .setBudgetMillis(operation.budgetMillis(nowNanos, kind != Kind.OPERATION));
        ShardSession<PendingOperation> session = operation.session;
        if (session == null) {
            addRead(request);
        } else {
            addSession(request, session);
        }
        return request.build();
    }

    private void addRead(Request.Builder request) {
        Consistency consistency = operation.request.consistency();
        request.setType(operation.request.type())
                .setBody(operation.request.body())
                .setConsistency(consistency);
        if (consistency == Consistency.CONSISTENCY_SESSION) {
            request.setMinimumRevision(route.revisionSeen());
        }
    }

    private void addSession(Request.Builder request, ShardSession<PendingOperation> session) {
        if (!operation.doubtful) {
            operation.generation = session.generation();
        }
        generation = operation.generation;
        switch (kind) {
            case OPERATION -> {
                request.setType(operation.request.type())
                        .setBody(operation.request.body())
                        .setSequence(operation.sequence)
                        .setFloor(session.window().floor());
                if (session.id() != 0) {
                    request.setSession(session.id());
                } else {
                    opening = true;
                    session.openingSent();
                    request.setClientId(clientId(session)).setSessionIdleMillis(runner.sessionIdleMillis());
                }
            }
            case OPEN ->
                request.setType(OperationType.OPERATION_TYPE_OPEN)
                        .setBody(OpenOp.newBuilder()
                                .setClientId(clientId(session))
                                .setIdleMillis(runner.sessionIdleMillis())
                                .build()
                                .toByteString());
            case RESOLVE ->
                request.setType(OperationType.OPERATION_TYPE_RESOLVE)
                        .setSession(session.id())
                        .setFloor(session.window().floor())
                        .setBody(ResolveOp.newBuilder()
                                .setSequence(operation.sequence)
                                .build()
                                .toByteString());
        }
    }

    private static ByteString clientId(ShardSession<PendingOperation> session) {
        return IdMessages.toBytes(session.client());
    }

    @Override
    protected void answered(Reply reply) {
        runner.answered(this, reply);
    }

    @Override
    protected void lost(boolean sentBefore, String reason) {
        runner.lost(this, sentBefore, reason);
    }
}
