package io.ringkv.server.storage;

import io.ringkv.server.log.MalformedBytesException;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one replica's store: store files {@code store-N}, of which one is in use, and the clean marker. Lies
 * outside of what Raft owns, because installing a snapshot replaces Raft's directory of the group. One thread.
 */
public final class ReplicaDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaDirectory.class);
    private static final String MARKER = "clean";
    private static final String STORE_PREFIX = "store-";
    private static final int READ_BYTES = 1 << 20;

    private final Path directory;
    private final Path marker;
    private boolean markerMayExist = true;
    private long lastStoreNumber;

    private ReplicaDirectory(Path directory) {
        this.directory = directory;
        this.marker = directory.resolve(MARKER);
    }

    /** Creates the directory when it is missing. */
    public static ReplicaDirectory open(Path directory) throws IOException {
        Files.createDirectories(directory);
        ReplicaDirectory opened = new ReplicaDirectory(directory);
        for (Path file : opened.files()) {
            opened.lastStoreNumber = Math.max(opened.lastStoreNumber, storeNumber(file));
        }
        return opened;
    }

    /** The marker when it is whole and the store it speaks of is there; the store's contents are not looked at. */
    public @Nullable CleanMarker readMarker() {
        if (!Files.exists(marker)) {
            return null;
        }
        try {
            CleanMarker found = CleanMarker.decode(Files.readAllBytes(marker));
            Path store = storeFile(found);
            if (storeNumber(store) == 0 || !Files.isRegularFile(store) || Files.size(store) != found.storeBytes()) {
                throw new MalformedBytesException("the store " + found.storeName() + " is missing or of another size");
            }
            return found;
        } catch (IOException | MalformedBytesException e) {
            LOG.warn("event=clean-marker-refused file={} cause=\"{}\"", marker, e.getMessage());
            return null;
        }
    }

    /** Whether the store is byte for byte the one that was closed. Reads all of it. */
    public boolean storeIsUnchanged(CleanMarker found) throws IOException {
        boolean unchanged = checksum(storeFile(found)) == found.storeCrc();
        if (!unchanged) {
            LOG.warn("event=clean-marker-refused file={} cause=\"{} was changed\"", marker, found.storeName());
        }
        return unchanged;
    }

    /** File of the store that a marker speaks of. */
    public Path storeFile(CleanMarker found) {
        return directory.resolve(found.storeName());
    }

    /** A name for a new store, never used before in this directory's life. */
    public Path newStoreFile() {
        lastStoreNumber++;
        return directory.resolve(STORE_PREFIX + lastStoreNumber);
    }

    /** Must have returned before the first change after opening: from here on a crash means rebuilding. */
    public void removeMarker() throws IOException {
        if (markerMayExist) {
            DurableFiles.delete(marker);
            markerMayExist = false;
        }
    }

    /** Removes everything but the named store, and the marker unless it speaks of that store. */
    public void removeAllBut(@Nullable Path store) throws IOException {
        if (store == null) {
            removeMarker();
        }
        for (Path file : files()) {
            if (!file.equals(store) && !file.equals(marker)) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Writes the marker for a store that was just closed in good order. */
    public void writeMarker(String bootId, Position position, Path store, ShardState state, byte[] configuration)
            throws IOException {
        DurableFiles.forceDirectoryOf(store);
        CleanMarker written = new CleanMarker(
                bootId,
                position,
                store.getFileName().toString(),
                Files.size(store),
                checksum(store),
                state,
                configuration);
        DurableFiles.write(marker, written.encode());
        markerMayExist = true;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.filter(Files::isRegularFile).toList();
        }
    }

    /** The number in a store's name, 0 when it is the name of something else. */
    private static long storeNumber(Path file) {
        String name = String.valueOf(file.getFileName());
        if (!name.startsWith(STORE_PREFIX)) {
            return 0;
        }
        try {
            return Math.max(0, Long.parseLong(name.substring(STORE_PREFIX.length())));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static int checksum(Path file) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(buffer) >= 0) {
                buffer.flip();
                crc.update(buffer);
                buffer.clear();
            }
        }
        return (int) crc.getValue();
    }
}
