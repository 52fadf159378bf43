package io.ringkv.testing.lab.workload;

/** One caller of a workload: decides what it does next. Used by one thread. */
@FunctionalInterface
public interface Operator {
    /** The next operation. */
    Call next();
}
