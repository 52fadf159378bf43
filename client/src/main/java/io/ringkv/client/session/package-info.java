/**
 * Sessions of exactly-once writes: one per shard, with its sequences, its floor, and what is in doubt (PROTOCOLS 4).
 *
 * <p>Plain state without threads or connections; used on the client's event loop only.
 */
@NullMarked
package io.ringkv.client.session;

import org.jspecify.annotations.NullMarked;
