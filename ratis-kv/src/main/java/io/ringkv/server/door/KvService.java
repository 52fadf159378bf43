package io.ringkv.server.door;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.time.NanoClock;
import io.ringkv.rpc.KvGrpc;
import io.ringkv.server.barrier.ReadBarrier;
import io.ringkv.server.batch.ShardBatchers;
import io.ringkv.server.disk.DiskWatch;
import io.ringkv.server.replica.ReplicaHost;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The service Kv of one server.
 *
 * <p>Whoever owns it calls {@link #tick} every heartbeat interval and {@link #sweep} every sweep interval, and {@link
 * #ringEpochChanged} when the shard map changed. Thread-safe.
 */
public final class KvService {
    private final EventLoopGroup loops;
    private final Door door;
    private final Handshake handshake;
    private final ClientStreams streams;
    private final RevisionWaits revisionWaits;
    private final ShardBatchers batchers;
    private final ReplicaHost host;

    private KvService(Parts parts, DoorContext context) {
        this.loops = parts.loops();
        this.host = parts.host();
        this.batchers = parts.batchers();
        this.revisionWaits = new RevisionWaits(parts.clock(), parts.settings());
        this.streams = new ClientStreams(parts.settings(), parts.metrics(), parts.clock());
        this.handshake = new Handshake(
                parts.cluster(),
                parts.server(),
                parts.software(),
                parts.settings(),
                () -> ringEpoch(parts.shardMaps()));
        Reads reads = new Reads(context, parts.barrier(), revisionWaits, parts.heavyReads(), parts.freshness());
        this.door = new Door(context, parts.host(), parts.batchers(), reads, parts.disk());
    }

    /**
     * What the service is made of.
     *
     * @param loops event loops the listener lives on
     * @param host replicas
     * @param batchers where writes go
     * @param barrier where linearizable reads go
     * @param heavyReads where pages and reads of many keys are carried out; rejects what does not fit
     * @param freshness age of unconfirmed state
     * @param shardMaps newest shard map
     * @param cluster cluster of the server, null before it has joined one
     * @param server id of the server
     * @param software name and version
     * @param settings bounds
     * @param metrics counters
     * @param clock for budgets
     * @param disk whether data may grow
     */
    public record Parts(
            EventLoopGroup loops,
            ReplicaHost host,
            ShardBatchers batchers,
            ReadBarrier barrier,
            Executor heavyReads,
            Freshness freshness,
            ShardMapSource shardMaps,
            Supplier<@Nullable ClusterId> cluster,
            ServerId server,
            String software,
            DoorSettings settings,
            DoorMetrics metrics,
            NanoClock clock,
            DiskWatch disk) {}

    /** Makes the service; it refuses everything until {@link #setState} says that it serves. */
    public static KvService of(Parts parts) {
        ByteBudget requestBytes = new ByteBudget(parts.settings().requestBytesMax());
        parts.metrics().watch(requestBytes);
        return new KvService(
                parts,
                new DoorContext(
                        parts.settings(),
                        parts.clock(),
                        parts.metrics(),
                        new NewerRecords(parts.shardMaps()),
                        new LostQuorum(parts.shardMaps(), parts.settings().leaderlessMillis()),
                        requestBytes));
    }

    /** What a listener adds to offer the service. */
    public ServerServiceDefinition bind() {
        MethodDescriptor<byte[], WireBuffer> stream = KvGrpc.getStreamMethod().toBuilder(
                        FrameMarshallers.RECEIVED, FrameMarshallers.SENT)
                .build();
        MethodDescriptor<byte[], WireBuffer> execute = KvGrpc.getExecuteMethod().toBuilder(
                        FrameMarshallers.RECEIVED, FrameMarshallers.SENT)
                .build();
        return ServerServiceDefinition.builder(KvGrpc.SERVICE_NAME)
                .addMethod(stream, (call, headers) -> {
                    ClientStream client = new ClientStream(call, loop(), door, handshake, streams);
                    client.start();
                    return client;
                })
                .addMethod(execute, (call, headers) -> {
                    UnaryCall client = new UnaryCall(call, loop(), door, handshake);
                    client.start();
                    return client;
                })
                .build();
    }

    /** Whether requests are taken from now on. */
    public void setState(ServingState state) {
        door.setState(state);
    }

    public ServingState state() {
        return door.state();
    }

    /** Signs of life, and the end of streams that give none. */
    public void tick() {
        streams.tick();
    }

    /** Answers requests whose budget ended while they waited. */
    public void sweep() {
        batchers.sweep(host);
        revisionWaits.sweep();
    }

    /** Tells clients that there is a newer shard map. */
    public void ringEpochChanged() {
        streams.ringEpochChanged();
    }

    /** Memory taken by requests that are not answered yet; 0 = all are. */
    public long unansweredBytes() {
        return door.context().requestBytes().used();
    }

    /** Batch streams that are open. */
    public int openStreams() {
        return streams.count();
    }

    /** Ends all streams. Requests that are not answered by then are in doubt for their clients. */
    public void closeStreams() {
        streams.closeAll(Refusal.of(ErrorCode.SHUTTING_DOWN, "The server is stopping"));
    }

    /** The loop that runs this code, on which the call lives; so that answers are sent where frames are read. */
    private EventExecutor loop() {
        for (EventExecutor each : loops) {
            if (each.inEventLoop()) {
                return each;
            }
        }
        return loops.next();
    }

    private static long ringEpoch(ShardMapSource source) {
        var map = source.shardMap();
        return map == null ? 0 : map.ringEpoch();
    }
}
