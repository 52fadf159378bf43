/**
 * The applied state of a replica: applies the log, serves reads meanwhile, writes and loads snapshots, closes and opens.
 * Free of Raft.
 */
@NullMarked
package io.ringkv.server.engine;

import org.jspecify.annotations.NullMarked;
