package io.ringkv.manager.state;

import io.ringkv.common.error.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command comes to: events, none of them if all is already as wanted, or a refusal.
 *
 * @param events what happens, in order
 * @param refusal why nothing happens, or null
 */
public record Decision(List<ClusterEvent> events, @Nullable Refusal refusal) {

    /** @throws IllegalArgumentException if a refusal comes with events */
    public Decision {
        events = List.copyOf(events);
        if (refusal != null && !events.isEmpty()) {
            throw new IllegalArgumentException("a refusal with events: " + refusal);
        }
    }

    static Decision of(ClusterEvent event) {
        return new Decision(List.of(event), null);
    }

    static Decision nothing() {
        return new Decision(List.of(), null);
    }

    static Decision refuse(ErrorCode code, String sentence) {
        return new Decision(List.of(), Refusal.of(code, sentence));
    }

    static Decision refuse(ErrorCode code, String sentence, String advice) {
        return new Decision(List.of(), new Refusal(code, sentence, advice));
    }
}
