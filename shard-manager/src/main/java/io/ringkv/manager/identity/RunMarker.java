package io.ringkv.manager.identity;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.raft.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tells how the last run ended: the file {@code running} holds the boot id of the host while the manager runs, and is deleted
 * when it stops in good order.
 *
 * <p>Why it matters: Raft's vote is written to a file whose name is not forced to disk. A killed process loses nothing by
 * that, a host that loses its power may. Used by one thread.
 */
public final class RunMarker {

    private static final String FILE = "running";

    private final Path file;
    private final String bootId;
    private final boolean isAfterDisorder;

    private RunMarker(Path file, String bootId, boolean isAfterDisorder) {
        this.file = file;
        this.bootId = bootId;
        this.isAfterDisorder = isAfterDisorder;
    }

    /**
     * Looks how the last run ended.
     *
     * @param bootId the same as long as the host's operating system runs, and never again; empty when it cannot be known
     */
    public static RunMarker look(Path directory, String bootId) {
        Path file = directory.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                return new RunMarker(file, bootId, false);
            }
            String before = Files.readString(file).strip();
            boolean isSameRunOfTheHost = !bootId.isEmpty() && bootId.equals(before);
            return new RunMarker(file, bootId, !isSameRunOfTheHost);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** What the last run left does not matter any more: nothing of it is used. */
    static void forget(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(FILE));
    }

    /** Whether the host may have lost what was written but not forced since the manager ran last. */
    public boolean isAfterDisorder() {
        return isAfterDisorder;
    }

    /** From now on the manager runs. To be called once what the last run left has been dealt with. */
    public void begin() {
        try {
            DurableFiles.replace(file, bootId.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** The manager has stopped in good order. */
    public void end() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static RingKvException failed(Path file, IOException cause) {
        return new RingKvException(ErrorCode.DATA_DIRECTORY_UNREADABLE, "The file " + file + " cannot be used", cause);
    }
}
