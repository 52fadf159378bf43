package io.ringkv.manager.control;

import io.ringkv.common.id.ManagerId;
import io.ringkv.manager.state.Applied;
import io.ringkv.manager.state.ClusterState;
import io.ringkv.manager.state.LoggedCommand;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The replicated log of the manager group, as this member sees it. Safe for use by any thread; nothing waits. */
public interface ClusterLog {

    /** The state after the last entry applied here. */
    ClusterState state();

    /** Who leads, as far as this member knows. */
    Leadership leadership();

    /**
     * Proposes an entry.
     *
     * @return completes with what became of it, once it is applied here; or exceptionally with a {@link
     *     ProposalFailedException}
     */
    CompletionStage<Applied> propose(LoggedCommand command);

    /** Of a leader: milliseconds since each other member last answered; empty for others. */
    Map<ManagerId, Long> silentMillis();
}
