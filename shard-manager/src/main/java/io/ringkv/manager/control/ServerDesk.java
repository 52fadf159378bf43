package io.ringkv.manager.control;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.log.StateMessages;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.Founding;
import io.ringkv.manager.state.ProposalOutcome;
import io.ringkv.manager.state.RegisterServer;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.rpc.HeartbeatReply;
import io.ringkv.rpc.HeartbeatRequest;
import io.ringkv.rpc.RegisterReply;
import io.ringkv.rpc.RegisterRequest;
import io.ringkv.rpc.support.FailureStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Answers servers: who may join, who is asked to go elsewhere, and what each is to do. Belongs to the control thread. */
final class ServerDesk {

    /** How a cluster that is named here is spoken of. */
    private static final String CLAIM = "the server belongs to";

    private final ClusterLog log;
    private final Proposer proposer;

    ServerDesk(ClusterLog log, Proposer proposer) {
        this.log = log;
        this.proposer = proposer;
    }

    /**
     * Registers a server.
     *
     * @param duties null if this manager does not lead
     * @param leader who does, null if unknown
     */
    CompletionStage<RegisterReply> register(
            RegisterRequest request, @Nullable LeaderDuties duties, @Nullable ManagerRecord leader) {
        RegisterReply.Builder reply = RegisterReply.newBuilder();
        ClusterState state = log.state();
        try {
            ClusterId claimed = IdMessages.optionalClusterId(request.getClusterId());
            ClusterClaim.check(state, claimed, CLAIM);
            if (duties == null) {
                if (leader == null) {
                    throw noLeader();
                }
                return done(reply.setLeader(ShardMapMessages.toMessage(leader)));
            }
            if (claimed != null) {
                duties.ringEpochSeen(request.getRingEpochSeen());
            }
            if (!duties.isActing()) {
                throw new RingKvException(ErrorCode.MANAGER_BEHIND, String.join(" ", duties.notices()));
            }
            RegisterServer command =
                    StateMessages.registration(request.getServer(), request.getVersion(), request.getLevelHighest());
            return proposer.propose(command, 0)
                    .handle((applied, failure) -> registered(reply, command.server(), applied, failure));
        } catch (RingKvException e) {
            return done(reply.setRefusal(FailureStatus.toMessage(e)));
        } catch (IllegalArgumentException e) {
            return done(reply.setRefusal(FailureStatus.toMessage(
                    new RingKvException(ErrorCode.INVALID_ARGUMENT, "The registration is not valid", e))));
        }
    }

    private static CompletionStage<RegisterReply> done(RegisterReply.Builder reply) {
        return CompletableFuture.completedFuture(reply.build());
    }

    private static RegisterReply registered(
            RegisterReply.Builder reply, ServerId id, @Nullable Applied applied, @Nullable Throwable failure) {
        Applied registered;
        try {
            registered = ProposalOutcome.require("The registration", applied, failure);
        } catch (RingKvException e) {
            return reply.setRefusal(FailureStatus.toMessage(e)).build();
        }
        Founding founding = registered.state().requireFounding();
        RegisteredServer server = registered.state().servers().get(id);
        if (server == null) {
            throw new IllegalStateException("server " + id + " was registered and is not in the books");
        }
        reply.setClusterId(IdMessages.toBytes(founding.cluster()))
                .setServer(ShardMapMessages.toMessage(server.record()));
        registered
                .state()
                .managers()
                .members()
                .forEach(manager -> reply.addManagers(ShardMapMessages.toMessage(manager)));
        return reply.build();
    }

    /**
     * Takes a heartbeat.
     *
     * @param duties null if this manager does not lead
     * @param leader who does, null if unknown
     */
    HeartbeatReply heartbeat(HeartbeatRequest request, @Nullable LeaderDuties duties, @Nullable ManagerRecord leader) {
        HeartbeatReply.Builder reply = HeartbeatReply.newBuilder();
        ClusterState state = log.state();
        try {
            ClusterClaim.check(state, IdMessages.clusterId(request.getClusterId()), CLAIM);
            if (duties == null) {
                if (leader != null) {
                    reply.setLeader(ShardMapMessages.toMessage(leader));
                }
                return reply.setNotLeader(true).build();
            }
            return heartbeat(request, duties, state, reply);
        } catch (RingKvException e) {
            return reply.setRefusal(FailureStatus.toMessage(e)).build();
        }
    }

    private static HeartbeatReply heartbeat(
            HeartbeatRequest request, LeaderDuties duties, ClusterState state, HeartbeatReply.Builder reply) {
        ServerId id = IdMessages.serverId(request.getServerId());
        ServerState known = state.stateOf(id);
        if (known == null) {
            throw new RingKvException(ErrorCode.SERVER_NOT_FOUND, "Server " + id + " is not registered");
        }
        if (known == ServerState.REMOVED) {
            throw new RingKvException(ErrorCode.SERVER_REMOVED, "Server " + id + " was removed from the cluster");
        }
        Fleet.Reception reception = duties.heartbeat(id, request);
        if (reception == Fleet.Reception.TWIN) {
            throw new RingKvException(
                    ErrorCode.SAFETY_REFUSED,
                    "Two processes run as server " + id + "; one of them uses a copy of the other's data directory");
        }
        reply.setManagerTerm(duties.term())
                .setRingEpoch(state.ringEpoch())
                .setServerState(ShardMapMessages.toMessage(known));
        if (reception == Fleet.Reception.NEWEST) {
            reply.addAllInstructions(duties.instructionsFor(id));
        }
        return reply.build();
    }

    private static RingKvException noLeader() {
        return new RingKvException(ErrorCode.MANAGER_UNAVAILABLE, "The shard manager has no leader now");
    }
}
