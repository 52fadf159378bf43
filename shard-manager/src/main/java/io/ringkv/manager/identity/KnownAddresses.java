package io.ringkv.manager.identity;

import io.ringkv.raft.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code addresses}: where processes of the cluster answered last, one client address per line. Only a memory: a
 * manager that starts while all members it once knew have been replaced finds the present ones by it. Safe for use by any
 * thread.
 */
public final class KnownAddresses {

    private static final Logger LOG = LoggerFactory.getLogger(KnownAddresses.class);
    private static final String FILE = "addresses";
    private static final int KEPT_MAX = 32;

    private final Path file;
    private List<String> written;

    private KnownAddresses(Path file, List<String> written) {
        this.file = file;
        this.written = written;
    }

    /** Reads the file; one that is missing or cannot be read is as good as empty. */
    public static KnownAddresses read(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                    .filter(line -> line.matches("[^\\s:]+:\\d{1,5}"))
                    .limit(KEPT_MAX)
                    .toList();
            return new KnownAddresses(file, lines);
        } catch (NoSuchFileException e) {
            return new KnownAddresses(file, List.of());
        } catch (IOException e) {
            LOG.warn("event=addresses-unreadable file={} reason=\"{}\"", file, e.getMessage());
            return new KnownAddresses(file, List.of());
        }
    }

    /** The addresses. */
    public synchronized List<String> all() {
        return written;
    }

    /** Replaces them, if they are others; a bounded number is kept. */
    public synchronized void write(List<String> addresses) {
        List<String> kept = addresses.stream().limit(KEPT_MAX).toList();
        if (kept.isEmpty() || kept.equals(written)) {
            return;
        }
        try {
            DurableFiles.replace(file, (String.join("\n", kept) + "\n").getBytes(StandardCharsets.UTF_8));
            written = kept;
        } catch (IOException e) {
            LOG.warn("event=addresses-not-stored file={} reason=\"{}\"", file, e.getMessage());
        }
    }
}
