package io.ringkv.manager.control;

import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.ClusterState;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts decisions of one leadership into the log: one at a time per subject, and what came of it shows in the state. Belongs
 * to the control thread.
 */
final class ProposalDesk implements OperationDesk.Proposals {

    private static final Logger LOG = LoggerFactory.getLogger(ProposalDesk.class);

    private final long term;
    private final Proposer proposer;
    private final Executor thread;
    private final Consumer<ClusterState> news;
    private final Set<String> underWay = new TreeSet<>();
    private int failures;

    /**
     * A desk without proposals.
     *
     * @param term of the leadership
     * @param thread the control thread
     * @param news is told the state after each proposal that was applied, on the control thread
     */
    ProposalDesk(long term, Proposer proposer, Executor thread, Consumer<ClusterState> news) {
        this.term = term;
        this.proposer = proposer;
        this.thread = thread;
        this.news = news;
    }

    /** Whether it is not known yet what came of a proposal on this subject. */
    boolean isUnderWay(String subject) {
        return underWay.contains(subject);
    }

    /** How many proposals have failed so far. Such a one may have been logged all the same, and show a moment later. */
    int failures() {
        return failures;
    }

    @Override
    public void propose(String subject, ClusterCommand command) {
        if (!underWay.add(subject)) {
            return;
        }
        CompletionStage<?> unused = proposer.propose(command, command.isLeadersDecision() ? term : 0)
                .whenComplete((applied, failure) -> thread.execute(() -> {
                    if (applied != null) {
                        // First the news, then the subject: else it would be proposed once more by the state before.
                        news.accept(applied.state());
                    }
                    underWay.remove(subject);
                    if (failure != null) {
                        failures++;
                        LOG.warn("event=proposal-failed subject=\"{}\" reason=\"{}\"", subject, failure.getMessage());
                    } else if (applied.refusal() != null) {
                        LOG.info("event=proposal-void subject=\"{}\" reason=\"{}\"", subject, applied.refusal());
                    }
                }));
    }
}
