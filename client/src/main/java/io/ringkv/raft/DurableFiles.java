package io.ringkv.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * File operations that survive a loss of power: a file is durable only when its bytes <em>and</em> the directory entry
 * that names it have been forced.
 */
public final class DurableFiles {
    private DurableFiles() {}

    /**
     * Replaces a file: after the call the new bytes are found even after a loss of power, and at no moment anything but
     * the old or the new bytes.
     */
    public static void replace(Path file, byte[] bytes) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory(parentOf(file));
    }

    /** Makes a directory and all that lead to it, and their entries durable. */
    public static void createDirectories(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        createDirectories(parentOf(directory));
        Files.createDirectories(directory);
        forceDirectory(parentOf(directory));
    }

    /** Moves a file or directory to another name on the same file system, and makes both names durable. */
    public static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        forceDirectory(parentOf(to));
        if (!parentOf(from).equals(parentOf(to))) {
            forceDirectory(parentOf(from));
        }
    }

    /** Forces the entries of a directory. */
    public static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Forces a directory with every file and directory in it, deepest first. */
    public static void forceTree(Path root) throws IOException {
        for (Path path : deepestFirst(root)) {
            if (Files.isDirectory(path)) {
                forceDirectory(path);
            } else {
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    /** Deletes a file or directory with all that is in it; nothing happens when it does not exist. */
    public static void deleteTree(Path root) throws IOException {
        for (Path path : deepestFirst(root)) {
            Files.deleteIfExists(path);
        }
    }

    private static List<Path> deepestFirst(Path root) throws IOException {
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Path parentOf(Path path) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new NoSuchFileException(path.toString(), null, "has no parent directory");
        }
        return parent;
    }
}
