package io.ringkv.server.storage.snapshot;

import io.ringkv.server.log.ByteReader;
import io.ringkv.server.log.ByteWriter;
import io.ringkv.server.shard.ClientSession;
import io.ringkv.server.shard.Digest;
import io.ringkv.server.shard.DigestSum;
import io.ringkv.server.shard.SessionCodec;
import io.ringkv.server.shard.SessionTable;
import io.ringkv.server.shard.ShardMetaCodec;
import io.ringkv.server.shard.ShardState;
import io.ringkv.server.storage.DurableFiles;
import io.ringkv.server.storage.ShardStore.StoreCursor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Writes a snapshot: streams everything once, recomputes counts and digest on the way, and lets the file appear under its
 * name only when it is whole and durable. One thread, a background one.
 */
public final class SnapshotWriter {

    private final SnapshotContents contents;
    private final BooleanSupplier cancelled;
    private final DigestSum digest = new DigestSum();
    private final ByteWriter index = new ByteWriter(SnapshotFormat.CHUNK_BYTES);
    private long indexEntries;
    private long dataBytes;

    /** @param cancelled asked once per chunk; when it says yes, writing ends without a file */
    public SnapshotWriter(SnapshotContents contents, BooleanSupplier cancelled) {
        this.contents = contents;
        this.cancelled = cancelled;
    }

    /**
     * Writes the file.
     *
     * @param records before the first record
     * @param file final name; beside it a temporary file exists meanwhile
     * @return its length
     * @throws StateDamagedException if the records are not those that the counts and the digest speak of
     * @throws CancellationException if it was told to stop
     */
    public long write(StoreCursor records, Path file) throws IOException, StateDamagedException {
        Path temporary = DurableFiles.temporary(file);
        try {
            long bytes;
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                bytes = writeAll(new SectionWriter(channel), records);
                channel.force(true);
            }
            DurableFiles.publish(temporary, file);
            return bytes;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private long writeAll(SectionWriter out, StoreCursor records) throws IOException, StateDamagedException {
        out.writeRaw(contents.header().encode());
        out.begin(SnapshotFormat.META);
        out.writer().writeBytes(ShardMetaCodec.encode(contents.meta()));
        out.endItem();
        out.end();
        if (contents.configuration().length > 0) {
            out.begin(SnapshotFormat.CONFIGURATION);
            out.writer().writeBytes(contents.configuration());
            out.endItem();
            out.end();
        }
        writeSessions(out);
        long keys = writeRecords(out, records);
        ShardState.addMeta(digest, contents.meta());
        check(keys, digest.value());
        long indexOffset = out.position();
        writeIndex(out);
        SnapshotTrailer trailer = new SnapshotTrailer(
                out.position() + SnapshotFormat.TRAILER_BYTES,
                indexOffset,
                keys,
                dataBytes,
                contents.sessions().size(),
                digest.value(),
                out.crc());
        out.writeRaw(trailer.encode());
        return out.position();
    }

    private void writeSessions(SectionWriter out) throws IOException {
        out.begin(SnapshotFormat.SESSIONS);
        for (ClientSession session : contents.sessions()) {
            byte[] bytes = SessionCodec.encode(session);
            out.writer().writeVarint(bytes.length).writeBytes(bytes);
            SessionTable.addTo(digest, session);
            if (out.endItem()) {
                stopIfCancelled();
            }
        }
        out.end();
    }

    private long writeRecords(SectionWriter out, StoreCursor records) throws IOException {
        out.begin(SnapshotFormat.DATA);
        boolean chunkBegins = true;
        while (records.next()) {
            byte[] key = records.key();
            byte[] record = records.record();
            if (chunkBegins) {
                index.writeLong(out.position()).writeVarint(key.length).writeBytes(key);
                indexEntries++;
            }
            out.writer()
                    .writeVarint(key.length)
                    .writeBytes(key)
                    .writeVarint(record.length)
                    .writeBytes(record);
            digest.add(key, record);
            dataBytes += key.length + record.length;
            chunkBegins = out.endItem();
            if (chunkBegins) {
                stopIfCancelled();
            }
        }
        return out.end();
    }

    private void writeIndex(SectionWriter out) throws IOException {
        // Chunks of the index are cut anywhere between entries by reading back what was gathered.
        ByteReader in = new ByteReader(index.array(), 0, index.size());
        out.begin(SnapshotFormat.INDEX);
        for (long i = 0; i < indexEntries; i++) {
            out.writer().writeLong(in.readLong());
            int length = in.readLength();
            out.writer().writeVarint(length).writeBytes(in.readBytes(length));
            out.endItem();
        }
        out.end();
    }

    private void check(long keys, Digest recomputed) throws StateDamagedException {
        if (keys != contents.keys() || dataBytes != contents.dataBytes()) {
            throw new StateDamagedException("STORE_CORRUPT: the store holds " + keys + " records of " + dataBytes
                    + " bytes, and " + contents.keys() + " of " + contents.dataBytes() + " were put into it");
        }
        if (!recomputed.equals(contents.digest())) {
            throw new StateDamagedException("STORE_CORRUPT: the store's contents have the digest " + recomputed
                    + ", and what was put into it has " + contents.digest());
        }
    }

    private void stopIfCancelled() {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("The snapshot is no longer wanted.");
        }
    }
}
