package io.ringkv.manager.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.manager.control.ManagerControl;
import io.ringkv.manager.member.MemberControl;
import io.ringkv.rpc.ClusterGrpc;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.GetStatusRequest;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.support.ChannelCache;
import io.ringkv.rpc.support.ClusterServiceBase;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.rpc.support.ShardMapPublisher;
import io.ringkv.rpc.support.Unary;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Door of clients: the shard map, and the state of the cluster as the leader sees it. Safe for use by any thread. */
public final class ClusterDoor extends ClusterServiceBase {

    private static final long STATUS_TIMEOUT_MILLIS = 2_000;

    private final ManagerControl control;
    private final MemberControl members;
    private final ChannelCache channels;

    /**
     * A door to these controls.
     *
     * @param identity who answers here, now
     * @param timer for signs of life
     * @param channels to other managers
     */
    public ClusterDoor(
            ManagerControl control,
            MemberControl members,
            ShardMapPublisher maps,
            Supplier<ProcessIdentity> identity,
            ScheduledExecutorService timer,
            ChannelCache channels) {
        super(maps, identity, timer);
        this.control = control;
        this.members = members;
        this.channels = channels;
    }

    @Override
    protected CompletionStage<ClusterStatus> status(GetStatusRequest request) {
        return control.status()
                .thenCompose(members::complete)
                .thenCompose(own -> own.getComplete() || request.getLocal() ? known(own) : ask(own));
    }

    /** What the leader says; what is known here if it does not answer. */
    private CompletionStage<ClusterStatus> ask(ClusterStatus own) {
        ManagerRecord leader = control.leader();
        if (leader == null) {
            return known(own);
        }
        GetStatusRequest passedOn = GetStatusRequest.newBuilder()
                .setClusterId(own.getClusterId())
                .setLocal(true)
                .build();
        return Unary.call(
                        ClusterGrpc.newStub(channels.to(HostPort.parse(leader.clientAddress())))
                                .withDeadlineAfter(STATUS_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)::getStatus,
                        passedOn)
                .exceptionally(failure -> own)
                .thenCompose(ClusterDoor::known);
    }

    private static CompletionStage<ClusterStatus> known(ClusterStatus status) {
        if (status.getClusterId().isEmpty()) {
            return CompletableFuture.failedFuture(
                    new RingKvException(ErrorCode.NOT_BOOTSTRAPPED, "The cluster does not exist yet"));
        }
        return CompletableFuture.completedFuture(status);
    }
}
