package io.ringkv.manager.member;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.manager.control.ClusterLog;
import io.ringkv.manager.log.RosterMessages;
import io.ringkv.manager.roster.ManagerRoster;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ProposalOutcome;
import io.ringkv.manager.state.RegisterStandby;
import io.ringkv.rpc.AttendReply;
import io.ringkv.rpc.AttendRequest;
import io.ringkv.rpc.support.FailureStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Answers managers that say they are there. One that has a log and is in no book any more is told that it is gone, however
 * far this leader's state has come: see {@link ManagerRoster#isGone}. Belongs to the control thread.
 */
final class AttendDesk {

    private final ClusterLog log;
    private final RosterProposer proposer;

    AttendDesk(ClusterLog log, RosterProposer proposer) {
        this.log = log;
        this.proposer = proposer;
    }

    /** @param duties null if this manager does not lead */
    CompletionStage<AttendReply> attend(AttendRequest request, @Nullable MemberDuties duties) {
        AttendReply.Builder reply = AttendReply.newBuilder();
        try {
            ClusterState state = log.state();
            if (!state.exists()) {
                throw new RingKvException(ErrorCode.NOT_BOOTSTRAPPED, "The cluster does not exist yet");
            }
            ClusterId own = state.requireFounding().cluster();
            ClusterId claimed = IdMessages.optionalClusterId(request.getClusterId());
            if (claimed != null && !claimed.equals(own)) {
                throw new RingKvException(
                        ErrorCode.WRONG_CLUSTER,
                        "This manager belongs to cluster " + own + ", the other to " + claimed);
            }
            if (duties == null) {
                return done(notLeader(state.managers(), reply));
            }
            reply.setClusterId(IdMessages.toBytes(own));
            return known(request, state, duties, reply);
        } catch (RingKvException e) {
            return done(reply.setRefusal(FailureStatus.toMessage(e)));
        } catch (IllegalArgumentException e) {
            return done(reply.setRefusal(FailureStatus.toMessage(
                    new RingKvException(ErrorCode.INVALID_ARGUMENT, "The registration is not valid", e))));
        }
    }

    private static CompletionStage<AttendReply> done(AttendReply.Builder reply) {
        return CompletableFuture.completedFuture(reply.build());
    }

    private AttendReply.Builder notLeader(ManagerRoster roster, AttendReply.Builder reply) {
        ManagerId leader = log.leadership().leader();
        ManagerRecord record = leader == null ? null : roster.manager(leader);
        if (record != null) {
            reply.setLeader(ShardMapMessages.toMessage(record));
        }
        return reply.setNotLeader(true);
    }

    private CompletionStage<AttendReply> known(
            AttendRequest request, ClusterState state, MemberDuties duties, AttendReply.Builder reply) {
        ManagerRoster roster = state.managers();
        ManagerId id = IdMessages.managerId(request.getManager().getManagerId());
        if (roster.dismissed().contains(id) && roster.manager(id) == null) {
            throw new RingKvException(ErrorCode.MANAGER_REMOVED, "Manager " + id + " was removed from the cluster");
        }
        if (roster.manager(id) != null || roster.isChanging(id)) {
            duties.heard(id);
        }
        if (roster.member(id) != null || roster.isChanging(id)) {
            return done(answer(request, state, id, reply));
        }
        if (request.getPrepared() && roster.manager(id) == null) {
            return done(roster.isGone(id, request.getPreparedBy()) ? reply.setGone(true) : reply);
        }
        RegisterStandby registration = RosterMessages.registration(request.getManager());
        if (registration.decide(state).events().isEmpty() && roster.standby(id) != null) {
            // As it is in the books: nothing to log, every second.
            return done(answer(request, state, id, reply));
        }
        return proposer.propose(registration, 0, 0)
                .handle((applied, failure) -> registered(request, id, reply, applied, failure));
    }

    private static AttendReply registered(
            AttendRequest request,
            ManagerId id,
            AttendReply.Builder reply,
            @Nullable Applied applied,
            @Nullable Throwable failure) {
        Applied registered;
        try {
            registered = ProposalOutcome.require("The registration", applied, failure);
        } catch (RingKvException e) {
            return reply.setRefusal(FailureStatus.toMessage(e)).build();
        }
        return answer(request, registered.state(), id, reply).build();
    }

    private static AttendReply.Builder answer(
            AttendRequest request, ClusterState state, ManagerId id, AttendReply.Builder reply) {
        ManagerRecord record = state.managers().manager(id);
        if (record != null) {
            reply.setManager(ShardMapMessages.toMessage(record));
        }
        if (request.getRingEpochKnown() < state.ringEpoch()) {
            reply.setShardMap(ShardMapMessages.toMessage(state.shardMap()));
        }
        return reply;
    }
}
