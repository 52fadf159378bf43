package io.ringkv.server.agent;

import io.ringkv.rpc.ClusterGrpc;
import io.ringkv.rpc.CoordinationGrpc;
import io.ringkv.rpc.GetShardMapReply;
import io.ringkv.rpc.GetShardMapRequest;
import io.ringkv.rpc.HeartbeatReply;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.RegisterReply;
import io.ringkv.rpc.RegisterRequest;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.Unary;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls to managers, and to whoever knows where they are. Safe for use by any thread. */
final class ManagerCalls {

    private final ChannelCache channels;
    private final long timeoutMillis;

    ManagerCalls(ChannelCache channels, long timeoutMillis) {
        this.channels = channels;
        this.timeoutMillis = timeoutMillis;
    }

    CompletableFuture<GetShardMapReply> shardMap(HostPort clientDoor, GetShardMapRequest request) {
        return Unary.call(
                ClusterGrpc.newStub(channels.to(clientDoor)).withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS)
                        ::getShardMap,
                request);
    }

    CompletableFuture<RegisterReply> register(HostPort peerDoor, RegisterRequest request) {
        return Unary.call(coordination(peerDoor)::register, request);
    }

    CompletableFuture<HeartbeatReply> heartbeat(HostPort peerDoor, HeartbeatRequest request) {
        return Unary.call(coordination(peerDoor)::heartbeat, request);
    }

    private CoordinationGrpc.CoordinationStub coordination(HostPort peerDoor) {
        return CoordinationGrpc.newStub(channels.to(peerDoor)).withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS);
    }
}
