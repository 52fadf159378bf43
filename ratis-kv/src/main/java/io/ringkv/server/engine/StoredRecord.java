package io.ringkv.server.engine;

/**
 * A key's value and metadata as read.
 *
 * @param key user key; not copied, not to be changed
 * @param value value; empty when only metadata was asked for; not copied, not to be changed
 * @param createRevision shard revision at creation
 * @param modRevision shard revision of the last change
 * @param version number of changes since creation, 1 or more
 */
public record StoredRecord(byte[] key, byte[] value, long createRevision, long modRevision, long version) {}
