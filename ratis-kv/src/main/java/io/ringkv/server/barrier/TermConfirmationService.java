package io.ringkv.server.barrier;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.rpc.ConfirmTermsReply;
import io.ringkv.rpc.ConfirmTermsRequest;
import io.ringkv.rpc.GroupTerm;
import io.ringkv.rpc.PeerGrpc;
import io.ringkv.server.replica.ShardReplica;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers the barriers of other servers: the terms of this server's divisions. A question for another cluster or another
 * server, at an address that was reused, gets NO for every group.
 *
 * <p>Runs on an event loop and reads in-memory state only.
 */
public final class TermConfirmationService extends PeerGrpc.PeerImplBase {
    private final ByteString cluster;
    private final ServerId self;
    private final Function<GroupId, @Nullable ShardReplica> replicas;

    /**
     * A service of one server.
     *
     * @param replicas this server's replica of a group, looked up afresh for each question; null when there is none
     */
    public TermConfirmationService(
            ClusterId cluster, ServerId self, Function<GroupId, @Nullable ShardReplica> replicas) {
        this.cluster = IdMessages.toBytes(cluster);
        this.self = self;
        this.replicas = replicas;
    }

    @Override
    public void confirmTerms(ConfirmTermsRequest request, StreamObserver<ConfirmTermsReply> observer) {
        boolean meant = request.getIntendedServerId() == self.value() && cluster.equals(request.getClusterId());
        ConfirmTermsReply.Builder reply =
                ConfirmTermsReply.newBuilder().setServerId(self.value()).setRound(request.getRound());
        for (GroupTerm asked : request.getGroupsList()) {
            reply.addTerms(meant ? termOf(asked) : 0);
        }
        observer.onNext(reply.build());
        observer.onCompleted();
    }

    private long termOf(GroupTerm asked) {
        ShardReplica replica = replicas.apply(new GroupId(new UUID(asked.getGroupIdHigh(), asked.getGroupIdLow())));
        return replica == null ? 0 : replica.termIfRunning();
    }
}
