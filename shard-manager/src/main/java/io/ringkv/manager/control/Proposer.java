package io.ringkv.manager.control;

import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterCommand;
import java.util.concurrent.CompletionStage;

/** Puts commands into the log in the name of this member. */
@FunctionalInterface
interface Proposer {

    /**
     * Proposes a command.
     *
     * @param decidedInTerm term in which the leader decided, 0 for a command that is no leader's decision
     */
    CompletionStage<Applied> propose(ClusterCommand command, long decidedInTerm);
}
