/**
 * What a client must know to find a key's server: the shard map, its records, and the changes between two maps.
 *
 * <p>Immutable values without clock or IO. The manager publishes maps; servers and clients keep copies, which may be
 * behind, and which they improve record by record with what servers tell them. Nothing here makes a request safe: whether
 * a key belongs to a shard is decided again where the request is applied.
 */
@NullMarked
package io.ringkv.common.shardmap;

import org.jspecify.annotations.NullMarked;
