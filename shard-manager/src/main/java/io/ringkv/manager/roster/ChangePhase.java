package io.ringkv.manager.roster;

/** What became of a change of members. */
public enum ChangePhase {
    /** It is under way. */
    BEGUN,
    /** It is given up. */
    UNDOING,
    /** It took effect. */
    DONE,
    /** It had no effect. */
    FAILED
}
