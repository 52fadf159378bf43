package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/**
 * The state machine of the shard manager: one pure function.
 *
 * <p>What makes a leader's decision linearizable without any lease or barrier: it names the Raft term in which it was made,
 * and is void unless its entry was appended in that very term. So it was made by the leader of that term, and nobody else
 * committed anything between its decision and its entry but that same leader, whose commands check the state they expect.
 */
public final class ClusterMachine {

    private ClusterMachine() {}

    /**
     * Applies one committed entry.
     *
     * @param term Raft term in which the entry was appended
     * @param index Raft index of the entry
     */
    public static Applied apply(ClusterState state, LoggedCommand logged, long term, long index) {
        if (logged.decidedInTerm() > 0 && logged.decidedInTerm() != term) {
            Refusal stale = Refusal.of(
                    ErrorCode.STALE_INSTRUCTION,
                    "The decision was made in term " + logged.decidedInTerm() + " and logged in term " + term);
            return new Applied(state, List.of(), stale);
        }
        Decision decision = logged.command().decide(state);
        if (decision.events().isEmpty()) {
            return new Applied(state, List.of(), decision.refusal());
        }
        if (logged.expectedRingEpoch() > 0 && logged.expectedRingEpoch() != state.ringEpoch()) {
            Refusal gone = Refusal.of(
                    ErrorCode.PLAN_STALE,
                    "The plan was made for ring epoch " + logged.expectedRingEpoch() + ", and it is "
                            + state.ringEpoch() + " now");
            return new Applied(state, List.of(), gone);
        }
        return fold(
                state,
                decision.events(),
                Math.max(logged.wallMillis(), state.history().lastWallMillis()),
                term,
                index);
    }

    private static Applied fold(ClusterState state, List<ClusterEvent> events, long wallMillis, long term, long index) {
        boolean published = events.stream().anyMatch(ClusterEvent::isPublished);
        long ringEpoch = state.ringEpoch() + (published ? 1 : 0);
        List<RecordedEvent> recorded = new ArrayList<>(events.size());
        ClusterState folded = state;
        for (ClusterEvent event : events) {
            folded = event.foldInto(folded);
            long number = state.history().total() + recorded.size() + 1;
            recorded.add(new RecordedEvent(number, wallMillis, ringEpoch, term, index, event));
        }
        return new Applied(folded.withHistory(ringEpoch, state.history().append(recorded)), recorded, null);
    }
}
