/**
 * Changes of a shard's replicas and leader as data: what kind, which step, what must be seen before the next. Pure: no
 * clock, no randomness, no threads, no input or output.
 */
@NullMarked
package io.ringkv.manager.operation;

import org.jspecify.annotations.NullMarked;
