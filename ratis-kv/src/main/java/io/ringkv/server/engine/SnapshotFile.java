package io.ringkv.server.engine;

import io.ringkv.server.shard.Position;
import java.nio.file.Path;

/**
 * A snapshot on disk.
 *
 * @param path the file
 * @param position state it holds
 * @param sizeBytes its length
 */
public record SnapshotFile(Path path, Position position, long sizeBytes) {}
