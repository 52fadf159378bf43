package io.ringkv.server.identity;

import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The identity as text: lines {@code key: value}, readable by people, closed by a checksum over all lines before. Format 1.
 */
final class IdentityText {
    static final int FORMAT = 1;

    /** Tells this file from that of a manager. */
    static final String KIND = "server";

    private static final String HEADING =
            "# Identity of a RingKV server. Written by the process. Never edit it, and never copy this directory.\n";
    private static final String CHECKSUM = "checksum";

    private IdentityText() {}

    static String write(ServerIdentity identity) {
        StringBuilder text = new StringBuilder(HEADING);
        line(text, "kind", KIND);
        line(text, "format", Integer.toString(FORMAT));
        line(text, "server", identity.id().toString());
        ClusterId cluster = identity.cluster();
        ServerAddresses addresses = identity.addresses();
        if (cluster != null && addresses != null) {
            line(text, "cluster", cluster.toString());
            line(text, "label", identity.label());
            line(text, "client", addresses.client());
            line(text, "peer", addresses.peer());
            line(text, "raft", addresses.raft());
        }
        line(text, CHECKSUM, checksum(text.toString()));
        return text.toString();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append(": ").append(value).append('\n');
    }

    /** Whether the text, in whatever state it is, was written by a server. */
    static boolean isOfServer(String text) {
        return text.startsWith(HEADING) || text.lines().anyMatch(("kind: " + KIND)::equals);
    }

    /** @throws IllegalArgumentException saying what is wrong with the text */
    static ServerIdentity read(String text) {
        Map<String, String> values = values(text);
        int checksumAt = text.lastIndexOf("\n" + CHECKSUM + ": ") + 1;
        if (checksumAt == 0
                || !text.endsWith("\n")
                || !checksum(text.substring(0, checksumAt)).equals(values.get(CHECKSUM))) {
            throw new IllegalArgumentException("the checksum is wrong: it was cut, damaged or edited");
        }
        if (!Integer.toString(FORMAT).equals(values.get("format"))) {
            throw new IllegalArgumentException("the format is " + values.get("format") + " (known: " + FORMAT + ")");
        }
        ServerIdentity fresh = ServerIdentity.fresh(ServerId.parse(required(values, "server")));
        if (!values.containsKey("cluster")) {
            return fresh;
        }
        return fresh.joined(
                ClusterId.parse(required(values, "cluster")),
                required(values, "label"),
                new ServerAddresses(required(values, "client"), required(values, "peer"), required(values, "raft")));
    }

    private static Map<String, String> values(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int colon = line.indexOf(": ");
            if (colon < 0) {
                throw new IllegalArgumentException("the line \"" + line + "\" is not \"key: value\"");
            }
            values.put(line.substring(0, colon), line.substring(colon + 2));
        });
        return values;
    }

    private static String required(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("there is no \"" + key + "\"");
        }
        return value;
    }

    static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }
}
