package io.ringkv.server.replica;

/**
 * What becomes of a replica when its server starts, by what the ledger and the disk say. Pure.
 *
 * <p>The fear behind each rule: a member that forgot its term, its votes or its log is let in as a voter, and with it a
 * leader is elected, or an entry acknowledged, that the others know nothing of.
 */
final class RestartRules {
    /** What the disk says of a group's directory. */
    enum Found {
        /** There is none. */
        NOTHING,
        /** There is one, without term and vote, or with damaged ones: Ratis would format it silently. */
        NO_TERM_AND_VOTE,
        /** There is one with term and vote. */
        COMPLETE
    }

    /** What is done. */
    enum Action {
        /** Open the group. */
        OPEN,
        /** Raise its term first, as votes may have been lost with the power, then open it. */
        RAISE_TERM_AND_OPEN,
        /** Write LOST into the ledger, then set the directory aside. */
        LOSE,
        /** Delete the directory: nothing was ever acknowledged from it, or it was to be deleted anyway. */
        DISCARD,
        /** Set the directory aside: no member belongs to it. */
        SET_ASIDE,
        /** Nothing is there, and nothing should be. */
        NOTHING
    }

    private RestartRules() {}

    /**
     * Decides.
     *
     * @param hostStoppedInDisorder see {@link Ledger#hostStoppedInDisorder}
     */
    static Action decide(LedgerEntry.State state, Found found, boolean hostStoppedInDisorder) {
        return switch (state) {
            case PREPARED -> found == Found.NOTHING ? Action.NOTHING : Action.DISCARD;
            case REMOVED -> found == Found.NOTHING ? Action.NOTHING : Action.DISCARD;
            case LOST -> orphan(found);
            // Perhaps a voter already. If votes may have been lost, it cannot go on: its term would have to be raised
            // above
            // that of the leader who is letting it in, and never could be let in (see RaftMetaFile).
            case JOINING -> found == Found.COMPLETE && !hostStoppedInDisorder ? Action.OPEN : Action.LOSE;
            case MEMBER -> {
                if (found != Found.COMPLETE) {
                    yield Action.LOSE;
                }
                yield hostStoppedInDisorder ? Action.RAISE_TERM_AND_OPEN : Action.OPEN;
            }
        };
    }

    /** Decides about a directory that the ledger does not know. */
    static Action orphan(Found found) {
        return found == Found.NOTHING ? Action.NOTHING : Action.SET_ASIDE;
    }

    /** Why a replica is lost that was found so; for people. */
    static String reason(Found found) {
        return switch (found) {
            case NOTHING -> "its directory is missing";
            case NO_TERM_AND_VOTE -> "its directory holds no term and vote that can be read";
            case COMPLETE -> "its host stopped in disorder while it was joining";
        };
    }
}
