package io.ringkv.cli.data;

import io.ringkv.client.Consistency;
import io.ringkv.client.ReadFreshness;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of reads: how fresh the answer must be. */
public final class ReadFlags {
    @Option(
            names = "--consistency",
            paramLabel = "LEVEL",
            defaultValue = "linearizable",
            description =
                    "${COMPLETION-CANDIDATES}. linearizable: the present state, from the leader. session: at least"
                            + " as new as --session FILE knows, from any replica. stale: whatever a replica has, and the answer"
                            + " says how old. Default: ${DEFAULT-VALUE}.")
    private Consistency consistency = Consistency.LINEARIZABLE;

    /** The level, checked against the session option. */
    Consistency consistency(SessionFile session) {
        if (consistency == Consistency.SESSION && !session.given()) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT, "--consistency session needs --session FILE, which carries the token");
        }
        return consistency;
    }

    /** Adds to a JSON object what is known about the age of an answer. */
    static void describe(Map<String, @Nullable Object> object, ReadFreshness freshness) {
        if (freshness.consistency() == Consistency.STALE) {
            object.put(
                    "stalenessMillis",
                    freshness.stalenessMillis().isPresent()
                            ? freshness.stalenessMillis().getAsLong()
                            : null);
        }
    }

    /** For people: how old an answer may be, or null for answers that are as new as was asked. */
    static @Nullable String remark(ReadFreshness freshness) {
        if (freshness.consistency() != Consistency.STALE) {
            return null;
        }
        return freshness.stalenessMillis().isPresent()
                ? "stale read: at most " + freshness.stalenessMillis().getAsLong() + " ms old (shard "
                        + freshness.shard() + ", revision " + freshness.revision() + ")"
                : "stale read: age unknown (shard " + freshness.shard() + ", revision " + freshness.revision() + ")";
    }
}
