package io.ringkv.cli.transfer;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The progress file of an import: how many records from the beginning of the input are acknowledged, and the digest of
 * just these, so that a resumed import notices when the input is another one.
 *
 * <p>Text of three lines: {@code ringkv-import 1}, the count, the digest. Replaced as a whole.
 *
 * @param records acknowledged records from the beginning, without a gap
 * @param digest their {@link DataDigest}
 */
record ImportProgress(long records, String digest) {
    private static final String HEADER = "ringkv-import 1";

    /** Nothing acknowledged yet. */
    static final ImportProgress NONE = new ImportProgress(0, "");

    /** What the file says; {@link #NONE} when there is no file. */
    static ImportProgress load(Path file) {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            if (lines.size() == 3 && lines.get(0).equals(HEADER)) {
                return new ImportProgress(Long.parseLong(lines.get(1)), lines.get(2));
            }
        } catch (NoSuchFileException firstRun) {
            return NONE;
        } catch (IOException | NumberFormatException e) {
            throw unusable(file, e);
        }
        throw unusable(file, null);
    }

    /** Puts this into the file, durably. */
    void save(Path file) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, HEADER + "\n" + records + "\n" + digest + "\n");
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static RingKvException unusable(Path file, @org.jspecify.annotations.Nullable Throwable cause) {
        RingKvException.Builder failure = RingKvException.builder(ErrorCode.INPUT_MALFORMED)
                .sentence("The progress file " + file + " cannot be read as one")
                .advice("Delete it to import from the beginning: records that are there already are set again");
        if (cause != null) {
            failure.cause(cause);
        }
        return failure.build();
    }
}
