package io.ringkv.testing.lab.workload;

import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Operation;

/**
 * What the store answered.
 *
 * @param output what was returned
 * @param refusal empty, or how a condition was refused: {@link Operation#REFUSED} or {@link Operation#REFUSED_UNSEEN}
 */
public record Answer(Datum output, String refusal) {
    /** It happened, and there is nothing to say. */
    public static Answer done() {
        return new Answer(Datum.nothing(), "");
    }

    /** It happened, with this result. */
    public static Answer of(Datum output) {
        return new Answer(output, "");
    }

    /** The condition did not hold, because this was there. */
    public static Answer refused(Datum current) {
        return new Answer(current, Operation.REFUSED);
    }

    /** The condition did not hold; what was there is not known. */
    public static Answer refusedUnseen() {
        return new Answer(Datum.nothing(), Operation.REFUSED_UNSEEN);
    }
}
