package io.ringkv.testing.lab.nemesis;

import java.util.Objects;

/**
 * One fault of a schedule. Immutable.
 *
 * @param kind what
 * @param variant how, one of those of the kind; empty if it has none
 * @param target whom
 * @param choice which one, where there are several: taken modulo their number
 * @param fromMillis when it begins, after the begin of the load
 * @param toMillis when it is undone
 */
public record Fault(FaultKind kind, String variant, Target target, int choice, long fromMillis, long toMillis) {
    /** @throws IllegalArgumentException if it is undone before it begins, or the kind has no such variant */
    public Fault {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(target, "target");
        if (kind.variants().isEmpty() ? !variant.isEmpty() : !kind.variants().contains(variant)) {
            throw new IllegalArgumentException(kind + " has no variant '" + variant + "'");
        }
        if (choice < 0 || fromMillis < 0 || toMillis <= fromMillis) {
            throw new IllegalArgumentException(
                    "fault from " + fromMillis + " to " + toMillis + " ms with choice " + choice);
        }
    }

    /** How long it lasts. */
    public long lengthMillis() {
        return toMillis - fromMillis;
    }

    @Override
    public String toString() {
        return kind + " " + (variant.isEmpty() ? "" : variant + " ") + target + " from " + fromMillis + " to "
                + toMillis + " ms";
    }
}
