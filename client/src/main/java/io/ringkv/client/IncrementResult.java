package io.ringkv.client;

import io.ringkv.common.id.ShardId;

/**
 * Answer to {@code increment}.
 *
 * @param shard shard of the key
 * @param value the new value of the counter
 * @param revision the key's new mod revision
 */
public record IncrementResult(ShardId shard, long value, long revision) {}
