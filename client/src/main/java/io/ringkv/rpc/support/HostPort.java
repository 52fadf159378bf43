package io.ringkv.rpc.support;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Where a process listens, as people write it: {@code localhost:7400}, {@code 10.0.0.1:7400}, {@code [::1]:7400}.
 *
 * @param host name or address; an IPv6 address without brackets
 * @param port 0 to 65535; 0 only where a port is to be chosen, never to connect to
 */
public record HostPort(String host, int port) {

    private static final int MAX_PORT = 65_535;

    /** @throws IllegalArgumentException if the host is empty or the port out of range */
    public HostPort {
        Objects.requireNonNull(host, "host");
        if (host.isEmpty() || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '[' || c == ']')) {
            throw new IllegalArgumentException("host: \"" + host + "\" (expected: a name or an address)");
        }
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to " + MAX_PORT + ")");
        }
    }

    /**
     * Reads the written form.
     *
     * @throws RingKvException {@code ADDRESS_INVALID}
     */
    public static HostPort parse(String text) {
        String stripped = text.strip();
        int colon = stripped.lastIndexOf(':');
        if (colon < 1) {
            throw invalid(text, "has no port");
        }
        String host = stripped.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw invalid(text, "is an IPv6 address without brackets");
        }
        String port = stripped.substring(colon + 1);
        if (port.isEmpty() || port.length() > 5 || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw invalid(text, "has a port that is not a number");
        }
        try {
            return new HostPort(host, Integer.parseInt(port));
        } catch (IllegalArgumentException e) {
            throw invalid(text, "has an invalid part: " + e.getMessage());
        }
    }

    /**
     * Reads a list, separated by commas; repetitions are dropped.
     *
     * @return at least one address, in the order written
     * @throws RingKvException {@code ADDRESS_INVALID}
     */
    public static List<HostPort> parseList(String text) {
        Set<HostPort> addresses = new LinkedHashSet<>();
        for (String part : text.split(",", -1)) {
            addresses.add(parse(part));
        }
        return List.copyOf(new ArrayList<>(addresses));
    }

    private static RingKvException invalid(String text, String problem) {
        return new RingKvException(ErrorCode.ADDRESS_INVALID, "The address \"" + text + "\" " + problem);
    }

    /** As a socket address; resolves the name, which may block. */
    public InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
