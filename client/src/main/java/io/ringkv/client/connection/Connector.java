package io.ringkv.client.connection;

import io.grpc.ManagedChannel;
import io.ringkv.rpc.support.HostPort;

/** Makes channels whose callbacks run on the client's loop. */
@FunctionalInterface
public interface Connector {

    /** A channel to the address; it connects with its first call. The caller shuts it down. */
    ManagedChannel open(HostPort address);
}
