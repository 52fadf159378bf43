package io.ringkv.manager.control;

/** A rule left out, to prove that the simulation sees what becomes of that. */
enum Sabotage {
    /** All rules hold. */
    NONE,
    /** A leader that adds a voter removes another one in the same entry. */
    TWO_VOTERS_AT_ONCE,
    /** The time in which the leading manager was asleep counts as silence of servers. */
    DOWN_IGNORES_GRACE,
    /** What servers say of each other does not reach the manager. */
    DOWN_IGNORES_SUSPICION
}
