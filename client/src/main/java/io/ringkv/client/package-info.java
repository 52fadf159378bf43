/**
 * The RingKV client library: {@link io.ringkv.client.RingKvClient} with futures, and
 * {@link io.ringkv.client.BlockingRingKvClient} for code that waits.
 *
 * <p>This package is the public interface. The packages below it are how it works, and may change.
 */
@NullMarked
package io.ringkv.client;

import org.jspecify.annotations.NullMarked;
