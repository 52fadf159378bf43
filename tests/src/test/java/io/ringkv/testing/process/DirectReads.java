package io.ringkv.testing.process;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.ringkv.client.Bytes;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.shardmap.ServerRecord;
import io.ringkv.common.shardmap.ShardRecord;
import io.ringkv.rpc.Consistency;
import io.ringkv.rpc.ExecuteReply;
import io.ringkv.rpc.ExecuteRequest;
import io.ringkv.rpc.GetOp;
import io.ringkv.rpc.GetResult;
import io.ringkv.rpc.KvGrpc;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.Reply;
import io.ringkv.rpc.Request;
import io.ringkv.rpc.support.Channels;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.Unary;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads a counter at one server alone, as fast as it answers, with several reads under way: while the server is frozen they
 * wait at its door, so that it finds them there, the newest hardly older than its awakening. Each reply is held against what
 * was acknowledged before its read began.
 */
final class DirectReads implements AutoCloseable {
    private static final int UNDER_WAY = 16;
    private static final long DEADLINE_MILLIS = 1_000;
    private static final int VIOLATIONS_MAX = 20;

    private final ExecuteRequest request;
    private final Acknowledged acknowledged;
    private final EventLoops loops = EventLoops.start(1, "direct-reads");
    private final ManagedChannel channel;
    private final Semaphore free = new Semaphore(UNDER_WAY);
    private final Thread reader = new Thread(this::run, "direct-reads");
    private final AtomicLong values = new AtomicLong();
    private final AtomicLong oldValues = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    private DirectReads(ServerRecord server, ExecuteRequest request, Acknowledged acknowledged) {
        this.request = request;
        this.acknowledged = acknowledged;
        this.channel = Channels.open(HostPort.parse(server.clientAddress()), loops, loops.group());
    }

    /** Starts to read. */
    static DirectReads start(
            ServerRecord server, ShardRecord shard, Bytes counter, Consistency consistency, Acknowledged acknowledged) {
        Request request = Request.newBuilder()
                .setId(1)
                .setShard(shard.id().value())
                .setIncarnation(shard.incarnation())
                .setType(OperationType.OPERATION_TYPE_GET)
                .setBody(GetOp.newBuilder()
                        .setKey(ByteString.copyFrom(counter.toByteArray()))
                        .build()
                        .toByteString())
                .setConsistency(consistency)
                .build();
        DirectReads reads = new DirectReads(
                server, ExecuteRequest.newBuilder().setRequest(request).build(), acknowledged);
        reads.reader.start();
        return reads;
    }

    /** Replies so far: values and refusals. */
    long replies() {
        return values.get() + refusals.get();
    }

    /** Values read so far. */
    long values() {
        return values.get();
    }

    /** Values read so far that were older than one acknowledged before the read began. */
    long oldValues() {
        return oldValues.get();
    }

    /** What no reply may say, in words; the first few. */
    Queue<String> violations() {
        return violations;
    }

    private void run() {
        while (!over) {
            free.acquireUninterruptibly();
            KvGrpc.KvStub stub = KvGrpc.newStub(channel).withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
            long atLeast = acknowledged.value();
            long begunNanos = System.nanoTime();
            CompletableFuture<Void> unused = Unary.<ExecuteRequest, ExecuteReply>call(stub::execute, request)
                    .handle((reply, failure) -> {
                        free.release();
                        if (failure == null) {
                            judge(reply.getReply(), atLeast, begunNanos);
                        }
                        return null;
                    });
        }
    }

    private void judge(Reply reply, long atLeast, long begunNanos) {
        if (reply.getCode() != ErrorCode.OK.number() && reply.getCode() != ErrorCode.KEY_NOT_FOUND.number()) {
            refusals.incrementAndGet();
            return;
        }
        long value = valueOf(reply);
        values.incrementAndGet();
        if (value < atLeast) {
            oldValues.incrementAndGet();
        }
        if (request.getRequest().getConsistency() == Consistency.CONSISTENCY_LINEARIZABLE) {
            check(value, atLeast, "before the read began");
        } else if (reply.getStalenessMillis() != 0) {
            long age = reply.getStalenessMillis();
            long freshAtNanos = begunNanos - TimeUnit.MILLISECONDS.toNanos(age);
            check(
                    value,
                    acknowledged.valueAt(freshAtNanos),
                    "before the " + age + " ms that it claims to be old at most");
        }
    }

    private void check(long value, long atLeast, String when) {
        if (value < atLeast && violations.size() < VIOLATIONS_MAX) {
            violations.add("read " + value + ", but " + atLeast + " was acknowledged " + when);
        }
    }

    private static long valueOf(Reply reply) {
        if (reply.getCode() == ErrorCode.KEY_NOT_FOUND.number()) {
            return 0;
        }
        try {
            return Long.parseLong(
                    GetResult.parseFrom(reply.getBody()).getEntry().getValue().toStringUtf8());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        over = true;
        channel.shutdownNow();
        loops.close();
    }
}
