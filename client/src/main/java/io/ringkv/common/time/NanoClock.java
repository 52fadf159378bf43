package io.ringkv.common.time;

/**
 * A clock that only ever goes forward, for durations and deadlines; its zero means nothing and its readings may be
 * negative. Unlike the time of day it cannot be set back by an operator.
 */
@FunctionalInterface
public interface NanoClock {

    /** The present reading, in nanoseconds. Compare readings by their difference only. */
    long nanos();

    /** The clock of this machine. */
    static NanoClock system() {
        return System::nanoTime;
    }
}
