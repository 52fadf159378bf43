package io.ringkv.server.replica;

import java.util.Objects;

/**
 * What is decided about an instruction.
 *
 * @param kind the decision
 * @param why the reason, for people; empty when there is nothing to explain
 */
record Verdict(Kind kind, String why) {
    /** The decision. */
    enum Kind {
        /** Do it. */
        OBEY,
        /** It is done already. */
        DONE,
        /** Not now, or not here: it is under way, or somebody else leads. The manager sees that and asks again. */
        WAIT,
        /** Another instruction has taken its place. */
        STALE,
        /** It must not be done. */
        REFUSE
    }

    static final Verdict OBEY = new Verdict(Kind.OBEY, "");
    static final Verdict DONE = new Verdict(Kind.DONE, "");

    Verdict {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(why, "why");
    }

    static Verdict wait(String why) {
        return new Verdict(Kind.WAIT, why);
    }

    static Verdict stale(String why) {
        return new Verdict(Kind.STALE, why);
    }

    static Verdict refuse(String why) {
        return new Verdict(Kind.REFUSE, why);
    }

    /** Whether there is something to do; throws when the instruction is refused. */
    boolean isToBeObeyed() throws RefusedException {
        if (kind == Kind.STALE || kind == Kind.REFUSE) {
            throw new RefusedException(why, kind == Kind.STALE);
        }
        return kind == Kind.OBEY;
    }
}
