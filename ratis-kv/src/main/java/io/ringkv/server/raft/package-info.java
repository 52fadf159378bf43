/** Joins the engine of a shard to Raft: the state machine, and the opening of a replica from what is on disk. */
@NullMarked
package io.ringkv.server.raft;

import org.jspecify.annotations.NullMarked;
