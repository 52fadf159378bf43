package io.ringkv.common.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a TCP port, written {@code HOST:PORT}; an IPv6 address stands in brackets. Nothing is resolved.
 *
 * @param host name or address, without brackets
 * @param port 0 to 65535; 0 lets the system choose where something listens
 */
public record Address(String host, int port) {

    private static final Pattern TEXT =
            Pattern.compile("(?:([A-Za-z0-9._-]+)|\\[([0-9A-Fa-f:.]+(?:%[A-Za-z0-9]+)?)\\]):(\\d{1,5})");
    private static final int MAX_PORT = 65_535;

    /** @throws IllegalArgumentException if the host is empty or the port is out of bounds */
    public Address {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("host: \"\" (expected: not empty)");
        }
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to " + MAX_PORT + ")");
        }
    }

    /**
     * Reads the printed form.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static Address parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not an address such as localhost:7400 or [::1]:7400");
        }
        String name = matcher.group(1);
        String host = name == null ? matcher.group(2) : name;
        return new Address(host, Integer.parseInt(matcher.group(3)));
    }

    /** The same host with another port. */
    public Address withPort(int newPort) {
        return new Address(host, newPort);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
