package io.ringkv.manager.state;

import io.ringkv.common.shardmap.ServerRecord;

/**
 * Where a server is reached, each {@code host:port} as advertised.
 *
 * @param client door of clients
 * @param peer door of other RingKV processes
 * @param raft where Ratis listens
 * @param http where HTTP is served; empty if it is not
 */
public record ServerAddresses(String client, String peer, String raft, String http) {

    /** @throws IllegalArgumentException if client, peer or Raft address is empty */
    public ServerAddresses {
        checkNotEmpty("client address", client);
        checkNotEmpty("peer address", peer);
        checkNotEmpty("raft address", raft);
    }

    private static void checkNotEmpty(String name, String address) {
        if (address.isEmpty()) {
            throw new IllegalArgumentException(name + ": \"\" (expected: HOST:PORT)");
        }
    }

    /** The addresses in a record. */
    public static ServerAddresses of(ServerRecord record) {
        return new ServerAddresses(
                record.clientAddress(), record.peerAddress(), record.raftAddress(), record.httpAddress());
    }

    /**
     * Whether the doors whose addresses are fixed for the life of a server are the same: Raft compares members by id alone
     * and would go on at the old address. HTTP may move.
     */
    boolean isSameDoorsAs(ServerRecord record) {
        return client.equals(record.clientAddress())
                && peer.equals(record.peerAddress())
                && raft.equals(record.raftAddress());
    }

    String describe() {
        return client + " / " + peer + " / " + raft;
    }
}
