package io.ringkv.common.id;

import java.util.UUID;
import java.util.regex.Pattern;

/** Text form, order and validity shared by the identities that are UUIDs. */
final class UuidText {

    private static final Pattern CANONICAL =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private UuidText() {}

    /** Refuses the nil UUID, which is what an absent field of a message looks like. */
    static void checkNotNil(String what, UUID value) {
        if (value.getMostSignificantBits() == 0 && value.getLeastSignificantBits() == 0) {
            throw new IllegalArgumentException(
                    what + ": " + value + " (expected: not the nil UUID, which means absent)");
        }
    }

    /** Only the canonical form: {@link UUID#fromString} alone also takes shortened groups. */
    static UUID parse(String what, String text) {
        if (!CANONICAL.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    what + ": \"" + text + "\" (expected: a UUID such as 123e4567-e89b-42d3-a456-426614174000)");
        }
        return UUID.fromString(text);
    }

    /** Orders as the text does; {@link UUID#compareTo} compares the halves as signed numbers. */
    static int compare(UUID left, UUID right) {
        int high = Long.compareUnsigned(left.getMostSignificantBits(), right.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(left.getLeastSignificantBits(), right.getLeastSignificantBits());
    }
}
