package io.ringkv.manager.control;

/** A rule left out, to prove that the simulation sees what becomes of that. */
enum Sabotage {
    /** All rules hold. */
    NONE(false),
    /** A leader that adds a voter removes another one in the same entry. */
    TWO_VOTERS_AT_ONCE(true),
    /** The time in which the leading manager was asleep counts as silence of servers. */
    DOWN_IGNORES_GRACE(true),
    /** What servers say of each other does not reach the manager. */
    DOWN_IGNORES_SUSPICION(true),
    /** A leader changes its voters without regard to the last fence in its log. */
    NO_FENCE(false),
    /** A replica that is made anew obeys a leader of any term. */
    NO_TERM_FLOOR(false),
    /** A replica is deleted by an instruction that is older than the replica. */
    CLEAN_IGNORES_EPOCH(false),
    /** A replica is deleted though it knows a newer configuration than the one that is named. */
    CLEAN_IGNORES_CONFIGURATION(false);

    private final boolean isCommon;

    Sabotage(boolean isCommon) {
        this.isCommon = isCommon;
    }

    /** Whether chance brings about what shows it. For the others there are tales in {@link LateInstructionsTest}. */
    boolean isShownByChance() {
        return isCommon;
    }
}
