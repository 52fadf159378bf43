package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.History;

/** Looks for broken promises of one kind. A pure function; it says UNKNOWN rather than OK when it is not sure. */
@FunctionalInterface
public interface Checker {
    /** Looks at the operations it knows and leaves the others alone. */
    CheckResult check(History history);
}
