package io.ringkv.manager.identity;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.id.ManagerId;
import io.ringkv.manager.log.StateMessages;
import io.ringkv.manager.state.Founding;
import io.ringkv.rpc.StoredFounding;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The identity as text: lines {@code key: value}, readable by people, closed by a checksum over all lines before. Format 1.
 */
final class IdentityText {

    static final int FORMAT = 1;

    /** Tells this file from that of a KV server. */
    static final String KIND = "manager";

    private static final String HEADING =
            "# Identity of a RingKV manager. Written by the process. Never edit it, and never copy this directory.\n";
    private static final String CHECKSUM = "checksum";

    private IdentityText() {}

    static String write(ManagerIdentity identity) {
        StringBuilder text = new StringBuilder(HEADING);
        line(text, "kind", KIND);
        line(text, "format", Integer.toString(FORMAT));
        line(text, "manager", identity.id().toString());
        Founding founding = identity.founding();
        if (founding != null) {
            line(text, "cluster", founding.cluster().toString());
            line(text, "group", founding.managerGroup().toString());
            line(
                    text,
                    "founding",
                    Base64.getEncoder()
                            .encodeToString(StateMessages.toMessage(founding).toByteArray()));
        }
        line(text, "member", Boolean.toString(identity.isMember()));
        line(text, CHECKSUM, checksum(text.toString()));
        return text.toString();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append(": ").append(value).append('\n');
    }

    /** @throws IllegalArgumentException saying what is wrong with the text */
    static ManagerIdentity read(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int colon = line.indexOf(": ");
            if (colon < 0) {
                throw new IllegalArgumentException("the line \"" + line + "\" is not \"key: value\"");
            }
            values.put(line.substring(0, colon), line.substring(colon + 2));
        });
        if (!KIND.equals(values.get("kind"))) {
            throw new IllegalArgumentException("its kind is " + values.get("kind") + " (expected: " + KIND + ")");
        }
        int checksumAt = text.lastIndexOf("\n" + CHECKSUM + ": ") + 1;
        if (checksumAt == 0 || !checksum(text.substring(0, checksumAt)).equals(values.get(CHECKSUM))) {
            throw new IllegalArgumentException("its checksum is wrong: it was cut, damaged or edited");
        }
        if (!Integer.toString(FORMAT).equals(values.get("format"))) {
            throw new IllegalArgumentException("its format is " + values.get("format") + " (known: " + FORMAT + ")");
        }
        return new ManagerIdentity(
                ManagerId.parse(required(values, "manager")),
                founding(values.get("founding")),
                Boolean.parseBoolean(required(values, "member")));
    }

    private static String required(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("it has no \"" + key + "\"");
        }
        return value;
    }

    private static @Nullable Founding founding(@Nullable String encoded) {
        if (encoded == null) {
            return null;
        }
        try {
            return StateMessages.fromMessage(
                    StoredFounding.parseFrom(Base64.getDecoder().decode(encoded)));
        } catch (InvalidProtocolBufferException | RingKvException e) {
            throw new IllegalArgumentException("its founding cannot be read", e);
        }
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
