package io.ringkv.client;

import io.ringkv.common.id.ShardId;

/**
 * Answer to {@code put}.
 *
 * @param shard shard of the key
 * @param revision the key's new mod revision
 * @param version the key's new version count, 1 if the key is new
 */
public record PutResult(ShardId shard, long revision, long version) {}
