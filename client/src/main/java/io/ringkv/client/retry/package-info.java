/**
 * When to try again, where, and what to tell the caller: pure decisions, without clock, randomness or connections.
 *
 * <p>Invariants. A caller is told "not applied" only if every attempt certainly was not (PROTOCOLS 4.6), or the shard said
 * so from its log. A write whose fate is in doubt is repeated with the same session and sequence, or resolved, and never
 * sent as a new one. No caller waits longer than its time limit for a retry.
 */
@NullMarked
package io.ringkv.client.retry;

import org.jspecify.annotations.NullMarked;
