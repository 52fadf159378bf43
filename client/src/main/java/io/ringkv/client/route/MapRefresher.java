package io.ringkv.client.route;

import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ServerId;
import org.jspecify.annotations.Nullable;

/** Asks for a newer shard map. On the client's loop. */
public interface MapRefresher {

    /**
     * Asks soon, and not more often than makes sense.
     *
     * @param informed a server that seems to have a newer map; null if none does
     */
    void refresh(@Nullable ServerId informed);

    /** Why no request can be routed, as far as is known: nobody answers, or there is nothing to route to yet. */
    RingKvException noRoute();
}
