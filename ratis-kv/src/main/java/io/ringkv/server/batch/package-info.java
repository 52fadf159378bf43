/**
 * Gathers writes of many clients into few, large Raft entries: one batcher per led shard, one entry in flight.
 *
 * <p>A lone entry costs about a hundred times as much CPU as an operation inside one, so everything here serves one aim:
 * entries as large as the callers' concurrency allows, without making a lone caller wait.
 */
@NullMarked
package io.ringkv.server.batch;

import org.jspecify.annotations.NullMarked;
