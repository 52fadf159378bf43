/**
 * Connections to servers: one per server, with a batch stream for small requests and a second one for large requests and
 * scans. What is queued at a turn of the event loop leaves as one frame; nothing is sent from a caller's thread.
 *
 * <p>Everything here happens on the client's event loop. Knows requests and replies, but nothing of shards, sessions or
 * retries.
 */
@NullMarked
package io.ringkv.client.connection;

import org.jspecify.annotations.NullMarked;
