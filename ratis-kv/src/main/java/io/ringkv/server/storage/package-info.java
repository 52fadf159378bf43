/**
 * Where the records of a replica lie: a sorted map on disk that can be thrown away and rebuilt, its in-memory twin, and the
 * marker of an orderly close. Knows nothing of Raft, and of the shard only its bytes.
 */
@NullMarked
package io.ringkv.server.storage;

import org.jspecify.annotations.NullMarked;
