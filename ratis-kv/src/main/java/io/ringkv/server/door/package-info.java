/**
 * The door of a KV server for clients: the batch stream and the unary call of the service Kv.
 *
 * <p>Requests are checked here again, refused early where they must fail, and handed to the batcher (writes) or to the
 * read barrier (reads). On the way of an ordinary request there is no thread hop, no future, and no copy of its bytes
 * between the transport and the log entry.
 */
@NullMarked
package io.ringkv.server.door;

import org.jspecify.annotations.NullMarked;
