package io.ringkv.cli.data;

import io.ringkv.client.Bytes;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.limit.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Keys and values from the command line: text, or base64 where bytes are no text. */
public final class ByteArguments {
    /** After the options of the command itself, before those of all commands. */
    static final int OPTION_ORDER = 60;

    @Option(names = "--base64", order = OPTION_ORDER, description = "Keys and values on the command line are base64.")
    private boolean base64;

    Bytes bytes(String argument) {
        if (!base64) {
            return Bytes.utf8(argument);
        }
        try {
            return Bytes.wrap(Base64.getDecoder().decode(argument));
        } catch (IllegalArgumentException e) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT, "\"" + argument + "\" is not base64, which --base64 asks for", e);
        }
    }

    /**
     * A value from exactly one of three places: the command line, a file, or standard input ({@code -}). A file or
     * stream is taken byte for byte.
     */
    Bytes value(@Nullable String argument, @Nullable Path file, InputStream in) {
        if ((argument == null) == (file == null)) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT,
                    "Give the value either as an argument, as - for standard input, or with -f FILE");
        }
        try {
            if (file != null) {
                try (InputStream content = Files.newInputStream(file)) {
                    return read(content, Files.size(file));
                }
            }
            return "-".equals(argument) ? read(in, 0) : bytes(String.valueOf(argument));
        } catch (IOException e) {
            throw new RingKvException(
                    ErrorCode.INPUT_MALFORMED,
                    "The value cannot be read from " + (file == null ? "standard input" : file),
                    e);
        }
    }

    /**
     * One byte above the limit is enough to know that it is passed, whatever the size of the input.
     *
     * @param knownSize what the input holds, as far as is known
     */
    private static Bytes read(InputStream in, long knownSize) throws IOException {
        byte[] content = in.readNBytes(Limits.MAX_VALUE_BYTES + 1);
        if (content.length > Limits.MAX_VALUE_BYTES) {
            throw new RingKvException(
                    ErrorCode.VALUE_TOO_LARGE,
                    "The value has " + (knownSize > content.length ? knownSize : "at least " + content.length)
                            + " bytes; the limit is " + Limits.MAX_VALUE_BYTES);
        }
        return Bytes.wrap(content);
    }
}
