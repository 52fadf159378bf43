package io.ringkv.common.id;

import java.util.HexFormat;

/** Fixed-width hexadecimal text of identities. */
final class HexText {

    static final int DIGITS_PER_LONG = 16;

    private static final HexFormat LOWER_CASE = HexFormat.of();

    private HexText() {}

    static String of(long value) {
        return LOWER_CASE.toHexDigits(value);
    }

    /**
     * Parses exactly 16 hexadecimal digits per word of the identity.
     *
     * @param what name of the identity for the error message
     * @throws IllegalArgumentException naming the text and the expected form
     */
    static long[] parse(String what, String text, int words) {
        int digits = words * DIGITS_PER_LONG;
        if (text.length() == digits && text.chars().allMatch(HexFormat::isHexDigit)) {
            long[] parsed = new long[words];
            for (int word = 0; word < words; word++) {
                int from = word * DIGITS_PER_LONG;
                parsed[word] = HexFormat.fromHexDigitsToLong(text, from, from + DIGITS_PER_LONG);
            }
            return parsed;
        }
        throw new IllegalArgumentException(what + ": \"" + text + "\" (expected: " + digits + " hex digits)");
    }
}
