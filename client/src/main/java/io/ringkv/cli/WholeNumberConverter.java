package io.ringkv.cli;

import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads whole numbers, and says so in words when they are none. */
final class WholeNumberConverter {
    private WholeNumberConverter() {}

    static void registerWith(CommandLine line) {
        ITypeConverter<Integer> ints =
                text -> parse(text, Integer.MIN_VALUE, Integer.MAX_VALUE).intValue();
        ITypeConverter<Long> longs = text -> parse(text, Long.MIN_VALUE, Long.MAX_VALUE);
        line.registerConverter(int.class, ints);
        line.registerConverter(Integer.class, ints);
        line.registerConverter(long.class, longs);
        line.registerConverter(Long.class, longs);
    }

    private static Long parse(String text, long smallest, long greatest) {
        try {
            long number = Long.parseLong(text);
            if (number >= smallest && number <= greatest) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The same answer as for one that is out of bounds.
        }
        throw new TypeConversionException("'" + text + "' is no whole number of " + smallest + " to " + greatest);
    }
}
