package io.ringkv.manager.member;

import io.ringkv.rpc.AttendReply;
import io.ringkv.rpc.AttendRequest;
import io.ringkv.rpc.ClusterGrpc;
import io.ringkv.rpc.CoordinationGrpc;
import io.ringkv.rpc.GetShardMapReply;
import io.ringkv.rpc.GetShardMapRequest;
import io.ringkv.rpc.IdentifyRequest;
import io.ringkv.rpc.PrepareMemberReply;
import io.ringkv.rpc.PrepareMemberRequest;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.Unary;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls between managers about who is one. Safe for use by any thread. */
public class MemberCalls {

    private static final long ANSWER_MILLIS = 2_000;
    private static final long PREPARE_MILLIS = 15_000;

    private final ChannelCache channels;

    /** Calls by these channels. */
    public MemberCalls(ChannelCache channels) {
        this.channels = channels;
    }

    CompletableFuture<AttendReply> attend(HostPort peerDoor, AttendRequest request) {
        return Unary.call(
                CoordinationGrpc.newStub(channels.to(peerDoor)).withDeadlineAfter(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                        ::attend,
                request);
    }

    CompletableFuture<PrepareMemberReply> prepare(HostPort peerDoor, PrepareMemberRequest request) {
        return Unary.call(
                CoordinationGrpc.newStub(channels.to(peerDoor)).withDeadlineAfter(PREPARE_MILLIS, TimeUnit.MILLISECONDS)
                        ::prepareMember,
                request);
    }

    CompletableFuture<GetShardMapReply> shardMap(HostPort clientDoor, GetShardMapRequest request) {
        return Unary.call(
                ClusterGrpc.newStub(channels.to(clientDoor)).withDeadlineAfter(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                        ::getShardMap,
                request);
    }

    CompletableFuture<ProcessIdentity> identify(HostPort clientDoor) {
        return Unary.call(
                ClusterGrpc.newStub(channels.to(clientDoor)).withDeadlineAfter(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                        ::identify,
                IdentifyRequest.getDefaultInstance());
    }
}
