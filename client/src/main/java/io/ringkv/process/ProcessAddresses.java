package io.ringkv.process;

import java.util.Objects;

/**
 * Where others reach a process, as advertised: {@code HOST:PORT} each.
 *
 * @param client door of clients
 * @param peer door of servers
 * @param raft Raft
 */
public record ProcessAddresses(String client, String peer, String raft) {

    /** None may be missing. */
    public ProcessAddresses {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(peer, "peer");
        Objects.requireNonNull(raft, "raft");
    }
}
