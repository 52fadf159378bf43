package io.ringkv.server.replica;

import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the catching up of a server that was to become a voter: the leader steps down without naming a successor, and the next
 * one knows nothing of it. A transfer to somebody would be refused while a change is staged (Ratis: {@code
 * RaftServerImpl#transferLeadershipAsync}).
 */
final class EndStagingAction implements InstructionAction {
    private static final Logger LOG = LoggerFactory.getLogger(EndStagingAction.class);
    private static final long STEP_DOWN_TIMEOUT_MILLIS = 2_000;

    private final LeaderDesk desk;

    EndStagingAction(LeaderDesk desk) {
        this.desk = desk;
    }

    @Override
    public CompletableFuture<Boolean> act(Order order) throws RefusedException {
        LeaderDesk.Leader leader = desk.leader(order);
        Verdict verdict = VoterRules.endStaging(LeaderDesk.situationOf(leader), order.epoch(), order.operation());
        if (!verdict.isToBeObeyed() || leader == null) {
            return verdict.kind() == Verdict.Kind.DONE ? OBEYED : LEFT;
        }
        desk.accept(order);
        LOG.info("event=staging-ended shard={} operation={}", leader.replica().shard(), order.operation());
        return leader.division().stepDown(STEP_DOWN_TIMEOUT_MILLIS).handle((done, failure) -> failure == null);
    }
}
