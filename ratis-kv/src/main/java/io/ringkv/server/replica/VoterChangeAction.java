package io.ringkv.server.replica;

import io.ringkv.raft.RaftDivision;
import io.ringkv.raft.RaftMember;
import io.ringkv.rpc.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds or removes one voter of a shard that is led here, if {@link VoterRules} allow it.
 *
 * <p>Between the look at the applied fence and the change itself leadership could be lost and won again, with another fence in
 * between: Ratis takes no condition on its term. Its compare-and-set on the voters bounds what that can do; and afterwards it
 * is looked once more, and a change that is only staged is ended.
 *
 * <p>Not waited for: catching up takes as long as it takes, and must be possible to end. What comes of it shows in reports.
 */
final class VoterChangeAction implements InstructionAction {
    private static final Logger LOG = LoggerFactory.getLogger(VoterChangeAction.class);
    private static final long STEP_DOWN_TIMEOUT_MILLIS = 2_000;

    private final LeaderDesk desk;
    private final InstructionFailures failures;

    VoterChangeAction(LeaderDesk desk, InstructionFailures failures) {
        this.desk = desk;
        this.failures = failures;
    }

    @Override
    public CompletableFuture<Boolean> act(Order order) throws RefusedException {
        LeaderDesk.Leader leader = desk.leader(order);
        VoterRules.Change change = changeOf(order);
        Verdict verdict = VoterRules.change(LeaderDesk.situationOf(leader), change);
        if (!verdict.isToBeObeyed() || leader == null) {
            return verdict.kind() == Verdict.Kind.DONE ? OBEYED : LEFT;
        }
        if (leader.replica().fenceProposed() > order.epoch()) {
            throw new RefusedException("a later fence has been proposed", true);
        }
        List<RaftMember> present = leader.division().members();
        List<RaftMember> wanted = wanted(present, order.message());
        desk.accept(order);
        LOG.info(
                "event=voters-changing shard={} operation={} from={} to={}",
                leader.replica().shard(),
                order.operation(),
                present,
                wanted);
        CompletableFuture<Void> unused =
                leader.division().changeVoters(present, wanted).whenComplete((done, failure) -> settle(order, failure));
        if (!LeaderDesk.isUnchanged(leader)) {
            endStaging(leader.division(), order);
        }
        return OBEYED;
    }

    private static VoterRules.Change changeOf(Order order) {
        Instruction message = order.message();
        return message.hasAddVoter()
                ? new VoterRules.Change(
                        true,
                        message.getAddVoter().getVoter().getServerId(),
                        Set.copyOf(message.getAddVoter().getExpectedVotersList()),
                        order.epoch(),
                        order.operation())
                : new VoterRules.Change(
                        false,
                        message.getRemoveVoter().getVoter(),
                        Set.copyOf(message.getRemoveVoter().getExpectedVotersList()),
                        order.epoch(),
                        order.operation());
    }

    private static List<RaftMember> wanted(List<RaftMember> present, Instruction message) {
        List<RaftMember> wanted = new ArrayList<>(present);
        if (message.hasAddVoter()) {
            wanted.add(new RaftMember(
                    message.getAddVoter().getVoter().getServerId(),
                    message.getAddVoter().getVoter().getRaftAddress()));
        } else {
            wanted.removeIf(member -> member.id() == message.getRemoveVoter().getVoter());
        }
        return wanted;
    }

    private void settle(Order order, @Nullable Throwable failure) {
        if (failure == null) {
            LOG.info(
                    "event=voters-changed shard={} operation={}",
                    order.message().getShard(),
                    order.operation());
            return;
        }
        LOG.warn(
                "event=voters-not-changed shard={} operation={} why=\"{}\"",
                order.message().getShard(),
                order.operation(),
                failure.getMessage());
        failures.note(order.group(), order.message().getActionCase() + " did not succeed: " + failure.getMessage());
    }

    private static void endStaging(RaftDivision division, Order order) {
        LOG.warn("event=voters-changed-too-late shard={}", order.message().getShard());
        if (division.staged() != 0) {
            CompletableFuture<Void> unused = division.stepDown(STEP_DOWN_TIMEOUT_MILLIS);
        }
    }
}
