package io.ringkv.manager.member;

import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterCommand;
import java.util.concurrent.CompletionStage;

/** Puts commands about managers into the log. */
@FunctionalInterface
interface RosterProposer {

    /**
     * Proposes a command.
     *
     * @param decidedInTerm term in which the leader decided, 0 for a command that is no leader's decision
     * @param expectedRingEpoch 0 for any
     */
    CompletionStage<Applied> propose(ClusterCommand command, long decidedInTerm, long expectedRingEpoch);
}
