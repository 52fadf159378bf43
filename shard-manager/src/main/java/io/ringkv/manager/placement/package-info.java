/**
 * Which servers hold which shards. Pure: no clock, no randomness, no threads, no input or output; the same arguments give
 * the same answer on every machine.
 */
@NullMarked
package io.ringkv.manager.placement;

import org.jspecify.annotations.NullMarked;
