package io.ringkv.server.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.shardmap.ShardMap;
import io.ringkv.common.wire.ShardMapMessages;
import io.ringkv.raft.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest shard map on disk, so that a server that starts while no manager answers knows the cluster all the same. Only a
 * memory: a file that is missing or damaged is as good as none.
 *
 * <pre>
 * magic   8 bytes  "RKVSHMAP"
 * format  4 bytes  1
 * crc32c  4 bytes  of the body
 * body             message ShardMap
 * </pre>
 *
 * <p>Used by one thread.
 */
public final class ShardMapFile {

    private static final Logger LOG = LoggerFactory.getLogger(ShardMapFile.class);
    private static final byte[] MAGIC = {'R', 'K', 'V', 'S', 'H', 'M', 'A', 'P'};
    private static final int FORMAT = 1;
    private static final int HEADER_BYTES = MAGIC.length + 2 * Integer.BYTES;

    private final Path file;

    /** The file with this name; it need not exist. */
    public ShardMapFile(Path file) {
        this.file = file;
    }

    /** The map that was stored last; empty if there is none that can be read. */
    public Optional<ShardMap> read() {
        try {
            return Optional.of(decode(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | RingKvException | IllegalArgumentException e) {
            LOG.warn("event=shard-map-file-unusable file={} reason=\"{}\"", file, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Stores a map in the place of the one before.
     *
     * @throws IOException if the disk fails; then the one before is still there
     */
    public void write(ShardMap map) throws IOException {
        byte[] body = ShardMapMessages.toMessage(map).toByteArray();
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + body.length)
                .put(MAGIC)
                .putInt(FORMAT)
                .putInt(crc(body))
                .put(body);
        DurableFiles.replace(file, bytes.array());
    }

    private static ShardMap decode(byte[] bytes) throws InvalidProtocolBufferException {
        if (bytes.length < HEADER_BYTES || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new IllegalArgumentException("it is no shard map");
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).position(MAGIC.length);
        int format = header.getInt();
        int stored = header.getInt();
        byte[] body = Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length);
        if (format != FORMAT || stored != crc(body)) {
            throw new IllegalArgumentException(
                    "its format is " + format + " (known: " + FORMAT + ") or its checksum is wrong");
        }
        return ShardMapMessages.fromMessage(io.ringkv.rpc.ShardMap.parseFrom(body));
    }

    private static int crc(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body, 0, body.length);
        return (int) crc.getValue();
    }
}
