package io.ringkv.manager.main;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.shardmap.ManagerRecord;
import io.ringkv.rpc.support.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * Ports to listen on; 0 is any free one.
 *
 * @param client door of clients
 * @param peer door of servers
 * @param raft Raft
 */
record Ports(int client, int peer, int raft) {

    /**
     * The configured ports; where none is configured, the ones this manager is known by.
     *
     * @param known how others know this manager; null if they do not yet
     * @throws RingKvException {@code ADDRESS_CHANGED} if it is known by other addresses than are configured
     */
    static Ports choose(ManagerConfig config, @Nullable ManagerRecord known) {
        if (known == null) {
            return new Ports(config.clientPort(), config.peerPort(), config.raftPort());
        }
        return new Ports(
                port("client", config.advertiseHost(), config.clientPort(), known, known.clientAddress()),
                port("peer", config.advertiseHost(), config.peerPort(), known, known.peerAddress()),
                port("Raft", config.advertiseHost(), config.raftPort(), known, known.raftAddress()));
    }

    private static int port(String name, String host, int configured, ManagerRecord known, String address) {
        HostPort at = HostPort.parse(address);
        if (!at.host().equals(host) || (configured != 0 && configured != at.port())) {
            throw RingKvException.builder(ErrorCode.ADDRESS_CHANGED)
                    .sentence("Manager " + known.label() + " is known by the " + name + " address " + address
                            + " and is now configured with " + new HostPort(host, configured))
                    .reason("Members find each other by addresses that are fixed when the cluster is created")
                    .advice("Configure the old address")
                    .build();
        }
        return at.port();
    }
}
