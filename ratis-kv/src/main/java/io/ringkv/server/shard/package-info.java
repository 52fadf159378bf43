/**
 * The state machine of a shard as pure logic: what is stored, how an entry of the log changes it, what each operation comes
 * to. No clock, no randomness, no threads, no IO: same entries, same state on every replica.
 */
@NullMarked
package io.ringkv.server.shard;

import org.jspecify.annotations.NullMarked;
