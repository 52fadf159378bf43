package io.ringkv.server.barrier;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.ringkv.common.id.GroupId;
import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.ConfirmTermsReply;
import io.ringkv.rpc.ConfirmTermsRequest;
import io.ringkv.rpc.GroupTerm;
import io.ringkv.rpc.PeerGrpc;
import io.ringkv.server.replica.ShardReplica;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers the barriers of other servers: the terms of this server's divisions. A question for another cluster or another
 * server, at an address that was reused, gets NO for every group.
 *
 * <p>Runs on an event loop and reads in-memory state only.
 */
public final class TermConfirmationService extends PeerGrpc.PeerImplBase {
    private final Supplier<ByteString> cluster;
    private final ServerId self;
    private final Function<GroupId, @Nullable ShardReplica> replicas;
    private final Consumer<ServerId> onProbe;

    /**
     * A service of one server.
     *
     * @param cluster id of the cluster as bytes; empty before the server has joined one
     * @param replicas this server's replica of a group, looked up afresh for each question; null when there is none
     * @param onProbe is told who asks about no group: that one only wants to know whether this server is there
     */
    public TermConfirmationService(
            Supplier<ByteString> cluster,
            ServerId self,
            Function<GroupId, @Nullable ShardReplica> replicas,
            Consumer<ServerId> onProbe) {
        this.onProbe = onProbe;
        this.cluster = cluster;
        this.self = self;
        this.replicas = replicas;
    }

    @Override
    public void confirmTerms(ConfirmTermsRequest request, StreamObserver<ConfirmTermsReply> observer) {
        ByteString own = cluster.get();
        boolean meant =
                !own.isEmpty() && own.equals(request.getClusterId()) && request.getIntendedServerId() == self.value();
        ConfirmTermsReply.Builder reply =
                ConfirmTermsReply.newBuilder().setServerId(self.value()).setRound(request.getRound());
        for (GroupTerm asked : request.getGroupsList()) {
            reply.addTerms(meant ? termOf(asked) : 0);
        }
        if (meant && request.getGroupsCount() == 0 && request.getAskingServerId() != 0) {
            onProbe.accept(new ServerId(request.getAskingServerId()));
        }
        observer.onNext(reply.build());
        observer.onCompleted();
    }

    private long termOf(GroupTerm asked) {
        ShardReplica replica = replicas.apply(new GroupId(new UUID(asked.getGroupIdHigh(), asked.getGroupIdLow())));
        return replica == null ? 0 : replica.termIfRunning();
    }
}
