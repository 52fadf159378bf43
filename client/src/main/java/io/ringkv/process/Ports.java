package io.ringkv.process;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.support.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * Ports to listen on; 0 is any free one.
 *
 * @param client door of clients
 * @param peer door of servers
 * @param raft Raft
 */
public record Ports(int client, int peer, int raft) {

    /** Any free ones. */
    public static final Ports ANY = new Ports(0, 0, 0);

    /** The ports from this one on, 0 for any free ones. */
    public static Ports from(int base) {
        return base == 0 ? ANY : new Ports(base, base + 1, base + 2);
    }

    /**
     * These ports; where any free one will do, the one the process is known by.
     *
     * @param host the host it is configured to be reached under
     * @param who what to call the process in a message, such as {@code Server s1}
     * @param known how others know it; null if they do not yet
     * @param advice what else can be done than to configure the old address
     * @throws RingKvException {@code ADDRESS_CHANGED} if it is known by other addresses than are configured: Raft compares
     *     members by id only and would go on sending to the old address for ever
     */
    public Ports keeping(String host, String who, @Nullable ProcessAddresses known, String advice) {
        if (known == null) {
            return this;
        }
        return new Ports(
                keep("client", host, client, who, known.client(), advice),
                keep("peer", host, peer, who, known.peer(), advice),
                keep("Raft", host, raft, who, known.raft(), advice));
    }

    private static int keep(String door, String host, int port, String who, String address, String advice) {
        HostPort known = HostPort.parse(address);
        if (!known.host().equals(host) || (port != 0 && port != known.port())) {
            throw RingKvException.builder(ErrorCode.ADDRESS_CHANGED)
                    .sentence(who + " is known by the " + door + " address " + known + " and is now configured with "
                            + new HostPort(host, port))
                    .reason("Others find it by the addresses it joined with")
                    .advice("Configure the old address" + advice)
                    .build();
        }
        return known.port();
    }
}
