package io.ringkv.raft;

import java.util.HexFormat;
import java.util.Objects;

/**
 * A voter of a group: who it is and where its Raft port is.
 *
 * <p>Ratis compares members by id alone (Ratis: {@code RaftConfigurationImpl#hasNoChange}, {@code PeerProxyMap}): a
 * changed address in a configuration is ignored without a word. Addresses are therefore stable for the life of an id.
 *
 * @param id identity of the process (a server or manager id), not zero
 * @param address {@code host:port} of its Raft port, as others reach it
 */
public record RaftMember(long id, String address) {
    /** @throws IllegalArgumentException if the id is zero or the address is not {@code host:port} */
    public RaftMember {
        Objects.requireNonNull(address, "address");
        if (id == 0) {
            throw new IllegalArgumentException("member id: 0 (expected: not zero)");
        }
        int colon = address.lastIndexOf(':');
        if (colon <= 0 || colon == address.length() - 1) {
            throw new IllegalArgumentException("raft address: '" + address + "' (expected: HOST:PORT)");
        }
    }

    /** As servers and managers are named elsewhere, with the address. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(id) + "@" + address;
    }
}
