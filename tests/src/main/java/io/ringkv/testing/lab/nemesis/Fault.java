package io.ringkv.testing.lab.nemesis;

import java.util.Objects;

/**
 * One fault of a schedule. Immutable.
 *
 * @param kind what
 * @param target whom
 * @param choice which one, where there are several: taken modulo their number
 * @param fromMillis when it begins, after the begin of the load
 * @param toMillis when it is undone
 */
public record Fault(FaultKind kind, Target target, int choice, long fromMillis, long toMillis) {
    /** @throws IllegalArgumentException if it is undone before it begins */
    public Fault {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(target, "target");
        if (fromMillis < 0 || toMillis <= fromMillis) {
            throw new IllegalArgumentException("fault from " + fromMillis + " to " + toMillis + " ms");
        }
    }

    @Override
    public String toString() {
        return kind + " " + target + " from " + fromMillis + " to " + toMillis + " ms";
    }
}
