package io.ringkv.cli.data;

import io.ringkv.client.RingKvClient;
import io.ringkv.client.SessionToken;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Option {@code --session FILE}: what this person has written and seen, kept from command to command. */
public final class SessionFile {
    @Option(
            names = "--session",
            order = ByteArguments.OPTION_ORDER,
            paramLabel = "FILE",
            description = "Keep a session token in this file: reads with --consistency session are at least as new as"
                    + " everything read or written with the same file before.")
    private @Nullable Path file;

    boolean given() {
        return file != null;
    }

    /** Tells the client what the file knows; a file that does not exist knows nothing. */
    void load(RingKvClient client) {
        if (file == null) {
            return;
        }
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (NoSuchFileException firstUse) {
            return;
        } catch (IOException e) {
            throw new RingKvException(ErrorCode.INPUT_MALFORMED, "The session file " + file + " cannot be read", e);
        }
        if (!text.isEmpty()) {
            client.blocking().joinSession(SessionToken.parse(text));
        }
    }

    /** Keeps what the client knows now; the file is replaced as a whole. */
    void save(RingKvClient client) {
        if (file == null) {
            return;
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.writeString(fresh, client.blocking().sessionToken() + "\n");
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The session file " + file + " cannot be written; the operation itself was done",
                    e);
        }
    }
}
