package io.ringkv.server.engine;

import java.util.concurrent.atomic.AtomicBoolean;

/** Lets one snapshot be written at a time in a process, because it takes a disk and a core. Thread-safe. */
public final class SnapshotPermit {

    private final AtomicBoolean taken = new AtomicBoolean();

    /** Takes the permit unless somebody has it. Never waits. */
    boolean tryTake() {
        return taken.compareAndSet(false, true);
    }

    /** Gives it back. */
    void giveBack() {
        taken.set(false);
    }
}
