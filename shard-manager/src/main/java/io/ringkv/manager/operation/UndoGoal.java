package io.ringkv.manager.operation;

/** What comes after an operation was undone; of two goals the later one here counts. */
public enum UndoGoal {
    /** It begins again, if it may. */
    RETRY,
    /** It failed. */
    FAIL,
    /** It was cancelled. */
    CANCEL
}
