/**
 * The entry of a shard's log, byte by byte: what the batcher writes and apply reads. See docs/formats.md.
 *
 * <p>Pure: no clock, no randomness, no IO. Entries that were written once are read for ever, so nothing here changes its
 * meaning; golden entries in the tests guard that.
 */
@NullMarked
package io.ringkv.server.log;

import org.jspecify.annotations.NullMarked;
