package io.ringkv.manager.member;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ManagerId;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.common.wire.IdMessages;
import io.ringkv.manager.control.ClusterLog;
import io.ringkv.manager.log.RosterMessages;
import io.ringkv.manager.roster.GroupSighting;
import io.ringkv.manager.roster.ManagerChange;
import io.ringkv.manager.roster.ManagerRoster;
import io.ringkv.manager.roster.RosterLimits;
import io.ringkv.manager.roster.RosterRules;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.ForgetStandby;
import io.ringkv.manager.state.ProposalOutcome;
import io.ringkv.manager.state.StartManagerChange;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterPlan;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.PlannedStep;
import io.ringkv.rpc.ProcessIdentity;
import io.ringkv.rpc.support.HostPort;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Answers operators about members of the manager group. Belongs to the control thread. */
final class MemberDesk {

    private static final String ADDITION = "ADD_MANAGER";
    private static final String REMOVAL = "REMOVE_MANAGER";
    private static final String WANTED = "an operator wants it";

    private final RosterRules rules;
    private final ClusterLog log;
    private final MemberGroup group;
    private final MemberCalls calls;
    private final RosterProposer proposer;
    private final Executor thread;

    MemberDesk(
            RosterLimits limits,
            ClusterLog log,
            MemberGroup group,
            MemberCalls calls,
            RosterProposer proposer,
            Executor thread) {
        this.rules = new RosterRules(limits);
        this.log = log;
        this.group = group;
        this.calls = calls;
        this.proposer = proposer;
        this.thread = thread;
    }

    /** Changes the members. */
    CompletionStage<ChangeReply> change(ChangeRequest request, MemberDuties duties) {
        checkCluster(IdMessages.optionalClusterId(request.getClusterId()));
        return request.hasAddManager()
                ? candidate(request.getAddManager().getManager())
                        .thenComposeAsync(found -> add(found, request.getExpectedRingEpoch(), duties), thread)
                : remove(request.getRemoveManager().getManager(), request.getExpectedRingEpoch(), duties);
    }

    private void checkCluster(@Nullable ClusterId claimed) {
        ClusterState state = log.state();
        if (!state.exists()) {
            throw new RingKvException(ErrorCode.NOT_BOOTSTRAPPED, "The cluster does not exist yet");
        }
        ClusterId own = state.requireFounding().cluster();
        if (claimed != null && !claimed.equals(own)) {
            throw new RingKvException(
                    ErrorCode.WRONG_CLUSTER,
                    "This manager belongs to cluster " + own + "; the caller means " + claimed);
        }
    }

    /**
     * Who is meant to become a member.
     *
     * @param known its record in the books; null if it is in none
     * @param answer what it says of itself; null if it does not answer
     */
    private record Candidate(
            @Nullable ManagerRecord known, @Nullable ProcessIdentity answer) {

        boolean isHeard() {
            return answer != null
                    && (known == null
                            || answer.getManager().getManagerId() == known.id().value());
        }
    }

    private CompletionStage<Candidate> candidate(String name) {
        ManagerRecord known = find(log.state().managers(), name);
        if (known == null && !name.contains(":")) {
            throw notFound(name);
        }
        HostPort address = HostPort.parse(known == null ? name : known.clientAddress());
        return calls.identify(address)
                .handle((answer, failure) -> new Candidate(known, failure == null ? answer : null));
    }

    /** The member or standby of this label, id or address. */
    private static @Nullable ManagerRecord find(ManagerRoster roster, String name) {
        return Stream.concat(roster.members().stream(), roster.standbys().stream())
                .filter(record -> record.label().equals(name)
                        || record.id().toString().equals(name)
                        || record.clientAddress().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static RingKvException notFound(String name) {
        return new RingKvException(ErrorCode.MANAGER_NOT_FOUND, "There is no manager " + name);
    }

    private CompletionStage<ChangeReply> add(Candidate candidate, long expectedRingEpoch, MemberDuties duties) {
        ManagerRecord known = candidate.known();
        ManagerRoster roster = log.state().managers();
        if (known != null && roster.member(known.id()) != null) {
            return unchanged();
        }
        if (known == null) {
            return register(requireFree(candidate.answer()))
                    .thenComposeAsync(
                            registered -> add(new Candidate(registered, candidate.answer()), expectedRingEpoch, duties),
                            thread);
        }
        GroupSighting seen = requireSighting();
        refuse(rules.againstAdding(roster, seen, known, candidate.isHeard()));
        duties.heard(known.id());
        List<String> warnings = rules.warnings(roster, seen, known.id(), true);
        return logged(new StartManagerChange(known.id(), true, true, WANTED), duties, expectedRingEpoch, warnings);
    }

    /** A manager that is in no books and in no cluster. */
    private static ProcessIdentity requireFree(@Nullable ProcessIdentity answer) {
        if (answer == null) {
            throw new RingKvException(ErrorCode.UNAVAILABLE, "Nobody answers at the address of the new manager");
        }
        if (!answer.hasManager()) {
            throw new RingKvException(ErrorCode.INVALID_ARGUMENT, "At the address is no manager");
        }
        if (!answer.getClusterId().isEmpty()) {
            throw RingKvException.builder(ErrorCode.SAFETY_REFUSED)
                    .sentence("The manager at " + answer.getManager().getClientAddress() + " belongs to cluster "
                            + IdMessages.clusterId(answer.getClusterId()) + " and does not stand by here")
                    .advice("Start a new one with an empty directory.")
                    .build();
        }
        return answer;
    }

    private CompletionStage<ManagerRecord> register(ProcessIdentity answer) {
        ManagerId id = IdMessages.managerId(answer.getManager().getManagerId());
        return proposer.propose(RosterMessages.registration(answer.getManager()), 0, 0)
                .thenApply(applied -> {
                    ManagerRecord record = ProposalOutcome.requireChange(applied, null)
                            .state()
                            .managers()
                            .manager(id);
                    if (record == null) {
                        throw new IllegalStateException("manager " + id + " was registered and is in no book");
                    }
                    return record;
                });
    }

    private CompletionStage<ChangeReply> remove(String name, long expectedRingEpoch, MemberDuties duties) {
        ManagerRoster roster = log.state().managers();
        ManagerRecord known = find(roster, name);
        if (known == null) {
            if (roster.dismissed().stream().anyMatch(id -> id.toString().equals(name))) {
                return unchanged();
            }
            throw notFound(name);
        }
        if (roster.member(known.id()) == null) {
            return logged(new ForgetStandby(known.id()), duties, expectedRingEpoch, List.of());
        }
        ManagerChange present = roster.change();
        boolean isUnderWay =
                present != null && !present.addition() && present.manager().id().equals(known.id());
        if (isUnderWay) {
            return unchanged();
        }
        GroupSighting seen = requireSighting();
        refuse(rules.againstRemoving(roster, seen, known));
        List<String> warnings = rules.warnings(roster, seen, known.id(), false);
        return logged(new StartManagerChange(known.id(), false, true, WANTED), duties, expectedRingEpoch, warnings);
    }

    private GroupSighting requireSighting() {
        GroupSighting seen = group.sighting();
        if (seen == null || !seen.leadsReady()) {
            throw new RingKvException(ErrorCode.NOT_MANAGER_LEADER, "This manager does not lead");
        }
        return seen;
    }

    private static void refuse(List<String> refusals) {
        if (!refusals.isEmpty()) {
            throw RingKvException.builder(ErrorCode.SAFETY_REFUSED)
                    .sentence(String.join(". ", refusals))
                    .advice("See ringkv manager list.")
                    .build();
        }
    }

    private CompletionStage<ChangeReply> unchanged() {
        return CompletableFuture.completedFuture(
                ChangeReply.newBuilder().setRingEpoch(log.state().ringEpoch()).build());
    }

    private CompletionStage<ChangeReply> logged(
            ClusterCommand command, MemberDuties duties, long expectedRingEpoch, List<String> notices) {
        return proposer.propose(command, command.isLeadersDecision() ? duties.term() : 0, expectedRingEpoch)
                .handle((applied, failure) -> {
                    Applied change = ProposalOutcome.requireChange(applied, failure);
                    return ChangeReply.newBuilder()
                            .setChanged(!change.events().isEmpty())
                            .setRingEpoch(change.state().ringEpoch())
                            .addAllNotices(notices)
                            .build();
                });
    }

    /** What a change comes to. */
    CompletionStage<ClusterPlan> plan(PlanQuestion question, MemberDuties duties) {
        ManagerRoster roster = log.state().managers();
        if (question.hasRemoveManager()) {
            String name = question.getRemoveManager().getManager();
            ManagerRecord known = find(roster, name);
            if (known == null) {
                throw notFound(name);
            }
            return CompletableFuture.completedFuture(planRemoval(roster, known));
        }
        return candidate(question.getAddManager().getManager())
                .thenApplyAsync(candidate -> planAddition(candidate, duties), thread);
    }

    private ClusterPlan planRemoval(ManagerRoster roster, ManagerRecord known) {
        ClusterPlan.Builder plan =
                ClusterPlan.newBuilder().setRingEpoch(log.state().ringEpoch());
        if (roster.member(known.id()) == null) {
            return plan.addEffects("Manager " + known.label() + " stands by no more.")
                    .build();
        }
        GroupSighting seen = requireSighting();
        plan.addAllRefusals(rules.againstRemoving(roster, seen, known))
                .addAllWarnings(rules.warnings(roster, seen, known.id(), false));
        return planned(plan, REMOVAL, known, rules.effect(roster, seen, known.id(), false));
    }

    private ClusterPlan planAddition(Candidate candidate, MemberDuties duties) {
        ManagerRoster roster = log.state().managers();
        ClusterPlan.Builder plan =
                ClusterPlan.newBuilder().setRingEpoch(log.state().ringEpoch());
        ManagerRecord known = candidate.known();
        ManagerRecord meant = known == null ? free(requireFree(candidate.answer())) : known;
        if (roster.member(meant.id()) != null) {
            return plan.addEffects("Manager " + meant.label() + " is a member already.")
                    .build();
        }
        GroupSighting seen = requireSighting();
        boolean isHeard = candidate.isHeard() || duties.isHeard(meant.id());
        plan.addAllRefusals(rules.againstAdding(roster, seen, meant, isHeard))
                .addAllWarnings(rules.warnings(roster, seen, meant.id(), true));
        return planned(plan, ADDITION, meant, rules.effect(roster, seen, meant.id(), true));
    }

    private static ManagerRecord free(ProcessIdentity answer) {
        String label = answer.getManager().getLabel();
        return new ManagerRecord(
                IdMessages.managerId(answer.getManager().getManagerId()),
                label.isEmpty() ? "(new)" : label,
                answer.getManager().getClientAddress(),
                answer.getManager().getPeerAddress(),
                answer.getManager().getRaftAddress());
    }

    private static ClusterPlan planned(ClusterPlan.Builder plan, String kind, ManagerRecord manager, String effect) {
        if (plan.getRefusalsCount() == 0) {
            boolean isAddition = kind.equals(ADDITION);
            plan.setStepsTotal(1)
                    .addEffects(effect)
                    .addSteps(PlannedStep.newBuilder()
                            .setKind(kind)
                            .setSource(isAddition ? "" : manager.label())
                            .setTarget(isAddition ? manager.label() : "")
                            .setRule("operator")
                            .setReason(WANTED)
                            .setGain(effect));
        }
        return plan.build();
    }
}
