package io.ringkv.client.connection;

import io.ringkv.common.id.ServerId;

/** Sends attempts to servers. On the client's loop. */
public interface Transport {

    /** Whether it makes sense to send something to this server now: it is known, and not known to be unreachable. */
    boolean isUsable(ServerId server);

    /** Sends an attempt at the end of the loop's turn, or tells it that it is lost; possibly before this returns. */
    void send(ServerId server, Attempt attempt);
}
