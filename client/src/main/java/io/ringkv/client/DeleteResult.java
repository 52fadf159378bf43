package io.ringkv.client;

import io.ringkv.common.id.ShardId;

/**
 * Answer to {@code delete}.
 *
 * @param shard shard of the key
 * @param existed whether there was anything to delete
 * @param revision revision of the deletion, 0 if nothing was deleted
 */
public record DeleteResult(ShardId shard, boolean existed, long revision) {}
