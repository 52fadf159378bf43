package io.ringkv.testing.lab.workload;

import java.util.List;
import java.util.SplittableRandom;

/** What is done in a run. One object per run; safe for use by any thread after its making. */
public interface Workload {
    /** Operations that must have happened before the run begins. */
    default List<Call> firstCalls() {
        return List.of();
    }

    /**
     * A new caller.
     *
     * @param number of the caller, from 0; decides with the number of callers which values are its own
     * @param random its own source
     */
    Operator operator(int number, SplittableRandom random);

    /** Reads after the end, when all is healed: what they find decides whether anything was lost. */
    List<Call> lastCalls();
}
