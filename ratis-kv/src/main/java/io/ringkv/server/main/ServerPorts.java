package io.ringkv.server.main;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.support.HostPort;
import io.ringkv.server.identity.ServerAddresses;
import io.ringkv.server.identity.ServerIdentity;

/**
 * Ports to listen on; 0 is any free one.
 *
 * @param client door of clients
 * @param peer door of other servers
 * @param raft Raft
 */
record ServerPorts(int client, int peer, int raft) {
    /**
     * The configured ports; where any free ones are configured, those the server is known by.
     *
     * @throws RingKvException ADDRESS_CHANGED if the server is known by other addresses than are configured: Raft compares
     *     servers by id only and would go on sending to the old address for ever
     */
    static ServerPorts choose(ServerConfig config, ServerIdentity identity) {
        int base = config.basePort();
        ServerPorts configured = base == 0 ? new ServerPorts(0, 0, 0) : new ServerPorts(base, base + 1, base + 2);
        ServerAddresses known = identity.addresses();
        if (known == null) {
            return configured;
        }
        return new ServerPorts(
                port("client", config, configured.client(), identity, known.client()),
                port("peer", config, configured.peer(), identity, known.peer()),
                port("Raft", config, configured.raft(), identity, known.raft()));
    }

    private static int port(String door, ServerConfig config, int port, ServerIdentity identity, String knownAddress) {
        HostPort known = HostPort.parse(knownAddress);
        if (!known.host().equals(config.advertiseHost()) || (port != 0 && port != known.port())) {
            throw RingKvException.builder(ErrorCode.ADDRESS_CHANGED)
                    .sentence("Server " + identity.label() + " is known by the " + door + " address " + known
                            + " and is now configured with " + new HostPort(config.advertiseHost(), port))
                    .reason("The replicas of a server are found by the addresses it joined with")
                    .advice("Configure the old address, or start with an empty data directory to join as a new server"
                            + " and remove this one")
                    .build();
        }
        return known.port();
    }
}
