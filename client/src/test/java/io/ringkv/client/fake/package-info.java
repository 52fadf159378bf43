/** A cluster without Raft, storage or processes, whose servers misbehave on demand: what the client is tested against. */
@NullMarked
package io.ringkv.client.fake;

import org.jspecify.annotations.NullMarked;
