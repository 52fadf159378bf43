package io.ringkv.manager.control;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import io.ringkv.common.id.ShardId;
import io.ringkv.common.shardmap.ServerState;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.liveness.Liveness;
import io.ringkv.manager.operation.Operation;
import io.ringkv.manager.placement.OperationLimits;
import io.ringkv.manager.placement.PlacementView;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.CancelOperation;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.DrainServer;
import io.ringkv.manager.state.MaintainServer;
import io.ringkv.manager.state.ManagedShard;
import io.ringkv.manager.state.MarkServer;
import io.ringkv.manager.state.PauseOperations;
import io.ringkv.manager.state.ProposalOutcome;
import io.ringkv.manager.state.RegisteredServer;
import io.ringkv.manager.state.RemoveServer;
import io.ringkv.manager.state.SetReplicationFactor;
import io.ringkv.rpc.Answer;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.Question;
import io.ringkv.rpc.SuspicionReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers operators: turns what they ask into commands of the log, refuses what observation forbids, and says what they
 * should know. What the books forbid, the commands refuse themselves. Belongs to the control thread.
 */
final class AdminDesk {

    /** How a cluster that is named here is spoken of. */
    private static final String CLAIM = "the caller means";

    private final ClusterLog log;
    private final OperatorProposer proposer;

    AdminDesk(ClusterLog log, OperatorProposer proposer) {
        this.log = log;
        this.proposer = proposer;
    }

    /** Puts commands into the log that hold at one ring epoch only. */
    @FunctionalInterface
    interface OperatorProposer {

        /**
         * Proposes a command.
         *
         * @param decidedInTerm term in which the leader decided, 0 for a command that is no leader's decision
         * @param expectedRingEpoch 0 for any
         */
        CompletionStage<Applied> propose(ClusterCommand command, long decidedInTerm, long expectedRingEpoch);
    }

    /**
     * Changes the cluster.
     *
     * @param duties null if this manager does not lead
     */
    CompletionStage<ChangeReply> change(ChangeRequest request, @Nullable LeaderDuties duties) {
        try {
            ClusterState state = log.state();
            ClusterClaim.check(state, IdMessages.optionalClusterId(request.getClusterId()), CLAIM);
            LeaderDuties leading = requireLeading(duties);
            ClusterCommand command = command(request, state, leading);
            if (command == null) {
                return CompletableFuture.completedFuture(
                        ChangeReply.newBuilder().setRingEpoch(state.ringEpoch()).build());
            }
            long term = command.isLeadersDecision() ? leading.term() : 0;
            return proposer.propose(command, term, request.getExpectedRingEpoch())
                    .handle((applied, failure) -> reply(command, applied, failure));
        } catch (RingKvException e) {
            return CompletableFuture.failedFuture(e);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(
                    new RingKvException(ErrorCode.INVALID_ARGUMENT, "The change is not valid", e));
        }
    }

    /**
     * Answers a question.
     *
     * @param duties null if this manager does not lead
     * @return what finds the answer out; it needs nothing of this thread and may take long
     */
    CompletionStage<Supplier<Answer>> ask(Question question, @Nullable LeaderDuties duties) {
        try {
            ClusterState state = log.state();
            ClusterClaim.check(state, IdMessages.optionalClusterId(question.getClusterId()), CLAIM);
            LeaderDuties leading = requireLeading(duties);
            return CompletableFuture.completedFuture(
                    switch (question.getQuestionCase()) {
                        case RING_HISTORY -> () -> Answers.history(state, question.getRingHistory());
                        case RING_AT ->
                            () -> Answers.ringAt(state, question.getRingAt().getRingEpoch());
                        case OPERATIONS -> {
                            Map<Long, String> waits = leading.operationDesk().waits();
                            yield () -> Answers.operations(
                                    state, waits, question.getOperations().getNumber());
                        }
                        case PLAN -> {
                            PlacementView view = leading.placementView();
                            OperationLimits limits = leading.operationLimits();
                            yield () -> PlanAnswers.plan(state, view, limits, question.getPlan());
                        }
                        case EXPLAIN -> {
                            Explaining explaining = new Explaining(
                                    state,
                                    leading.placementView(),
                                    wellOf(state, leading),
                                    leading.operationDesk().waits());
                            yield () -> explaining.answer(question.getExplain());
                        }
                        case SUSPICION -> {
                            SuspicionReport report = leading.suspicions().report();
                            yield () -> Answers.suspicion(state, report, question.getSuspicion());
                        }
                        case RECOVERY -> {
                            Answer plan = new Recovery(state, leading).plan(question.getRecovery());
                            yield () -> plan;
                        }
                        case QUESTION_NOT_SET ->
                            throw new RingKvException(
                                    ErrorCode.OPERATION_UNSUPPORTED, "This is no question that this manager knows");
                    });
        } catch (RingKvException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Of each shard the servers whose replica is well. */
    private static Map<ShardId, Set<ServerId>> wellOf(ClusterState state, LeaderDuties duties) {
        Map<ShardId, Set<ServerId>> well = new TreeMap<>();
        for (ManagedShard shard : state.shards().values()) {
            Set<ServerId> servers = new TreeSet<>();
            for (ServerId voter : shard.record().voters()) {
                if (duties.isWell(voter, shard)) {
                    servers.add(voter);
                }
            }
            well.put(shard.record().id(), servers);
        }
        return well;
    }

    private static LeaderDuties requireLeading(@Nullable LeaderDuties duties) {
        if (duties == null) {
            throw new RingKvException(ErrorCode.NOT_MANAGER_LEADER, "This manager does not lead");
        }
        if (!duties.isActing()) {
            throw new RingKvException(ErrorCode.MANAGER_BEHIND, String.join(" ", duties.notices()));
        }
        return duties;
    }

    /** What is to be logged; null if there is nothing to do. */
    private static @Nullable ClusterCommand command(ChangeRequest request, ClusterState state, LeaderDuties duties) {
        return switch (request.getChangeCase()) {
            case DRAIN_SERVER ->
                new DrainServer(
                        find(state, request.getDrainServer().getServer()),
                        request.getDrainServer().getOn());
            case MAINTAIN_SERVER ->
                new MaintainServer(
                        find(state, request.getMaintainServer().getServer()),
                        request.getMaintainServer().getMillis());
            case REMOVE_SERVER ->
                remove(
                        state,
                        find(state, request.getRemoveServer().getServer()),
                        request.getRemoveServer().getForce(),
                        duties);
            case CONFIRM_DOWN ->
                confirmDown(state, find(state, request.getConfirmDown().getServer()), duties);
            case SET_REPLICATION_FACTOR ->
                new SetReplicationFactor(request.getSetReplicationFactor().getReplicationFactor());
            case PAUSE_OPERATIONS ->
                new PauseOperations(request.getPauseOperations().getPaused());
            case CANCEL_OPERATION -> cancel(state, request.getCancelOperation().getNumber());
            case RECOVER_SHARD ->
                new Recovery(state, duties)
                        .command(
                                request.getRecoverShard().getShard(),
                                request.getRecoverShard().getAcceptLoss(),
                                request.getRecoverShard().getSurvivor());
            // Managers have a desk of their own.
            case ADD_MANAGER, REMOVE_MANAGER, CHANGE_NOT_SET ->
                throw new RingKvException(
                        ErrorCode.OPERATION_UNSUPPORTED, "The request holds no change that this manager knows");
        };
    }

    /** One that is over needs no undoing, however it ended. */
    private static @Nullable CancelOperation cancel(ClusterState state, long number) {
        Operation operation = state.operations().find(number);
        if (operation == null) {
            throw Answers.noOperation(number);
        }
        return operation.status().isOver() ? null : new CancelOperation(number);
    }

    /** The server of this label, or else of this id. Of several that were removed under a label, the youngest. */
    static ServerId find(ClusterState state, String name) {
        ServerId removed = null;
        for (RegisteredServer server : state.servers().values()) {
            if (server.record().label().equals(name)) {
                if (server.isPresent()) {
                    return server.record().id();
                }
                removed = server.record().id();
            }
        }
        if (removed != null) {
            return removed;
        }
        return state.servers().keySet().stream()
                .filter(id -> id.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new RingKvException(ErrorCode.SERVER_NOT_FOUND, "There is no server " + name));
    }

    /** By the books a majority of DOWN's neighbours may do; by what they report they must also be well and complete. */
    private static RemoveServer remove(ClusterState state, ServerId server, boolean force, LeaderDuties duties) {
        List<ManagedShard> endangered = new ArrayList<>();
        for (ManagedShard shard : force ? state.shardsOn(server) : List.<ManagedShard>of()) {
            long well = shard.record().voters().stream()
                    .filter(voter -> !voter.equals(server) && duties.isWell(voter, shard))
                    .count();
            if (well <= shard.record().voters().size() / 2) {
                endangered.add(shard);
            }
        }
        if (!endangered.isEmpty()) {
            throw RingKvException.builder(ErrorCode.SAFETY_REFUSED)
                    .sentence("Without server " + Answers.label(state, server) + " " + RemoveServer.name(endangered)
                            + " would have no majority of healthy replicas that are complete")
                    .advice("Wait until they are, or bring the server back; see ringkv status -v.")
                    .build();
        }
        return new RemoveServer(server, force);
    }

    private static @Nullable MarkServer confirmDown(ClusterState state, ServerId server, LeaderDuties duties) {
        RegisteredServer known = state.servers().get(server);
        if (known == null || !known.isPresent()) {
            throw new RingKvException(
                    ErrorCode.SERVER_NOT_FOUND, "Server " + Answers.label(state, server) + " was removed");
        }
        ServerState present = known.record().state();
        if (present == ServerState.DOWN) {
            return null;
        }
        if (duties.judge(server) != Liveness.HELD) {
            throw RingKvException.builder(ErrorCode.SAFETY_REFUSED)
                    .sentence("Server " + known.record().label() + " is not one that waits for confirmation")
                    .advice("Nothing: a server that is silent long enough is declared DOWN by itself.")
                    .build();
        }
        return new MarkServer(server, present, ServerState.DOWN);
    }

    private static ChangeReply reply(ClusterCommand command, @Nullable Applied applied, @Nullable Throwable failure) {
        Applied change = ProposalOutcome.requireChange(applied, failure);
        ChangeReply.Builder reply = ChangeReply.newBuilder()
                .setChanged(!change.events().isEmpty())
                .setRingEpoch(change.state().ringEpoch());
        return reply.addAllNotices(ChangeNotices.of(command, change)).build();
    }
}
