package io.ringkv.manager.operation;

/** How far an operation is, seen from outside. */
public enum OperationStatus {
    /** On its way. */
    RUNNING(false),
    /** On its way back: to be tried again, or to fail, or because it was cancelled. */
    UNDOING(false),
    /** Did what it was for. */
    DONE(true),
    /** Undone, because something did not work. */
    FAILED(true),
    /** Undone, because somebody wanted that. */
    CANCELLED(true);

    private final boolean isOver;

    OperationStatus(boolean isOver) {
        this.isOver = isOver;
    }

    /** Whether nothing will change any more. */
    public boolean isOver() {
        return isOver;
    }
}
