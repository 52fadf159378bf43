package io.ringkv.testing.lab.nemesis;

import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Faults that can be asked for by name. */
public enum FaultKind {
    /** The process is gone without a word. */
    KILL("kill -9 of a server, a leader, all servers, the leading manager or most managers; later they start again"),
    /** The process ends in good order. */
    STOP("a server, a leader or the leading manager stops in good order; later it starts again"),
    /** The process stands still, and does not know that it did. */
    PAUSE("a server, a leader or the leading manager is frozen for 1 to 12 s and goes on (SIGSTOP, SIGCONT)");

    private final String description;

    FaultKind(String description) {
        this.description = description;
    }

    /** The fault with this name, or null. */
    public static @Nullable FaultKind named(String name) {
        return Stream.of(values())
                .filter(kind -> kind.toString().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** What it does, for people. */
    public String description() {
        return description;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
