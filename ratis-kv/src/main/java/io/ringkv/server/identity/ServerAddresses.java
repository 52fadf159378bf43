package io.ringkv.server.identity;

/**
 * Where others reach a server, as advertised: {@code HOST:PORT} each.
 *
 * @param client door of clients
 * @param peer door of other servers
 * @param raft Raft
 */
public record ServerAddresses(String client, String peer, String raft) {}
