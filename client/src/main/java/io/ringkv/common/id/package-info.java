/**
 * Identities: of clusters, servers, managers, shards, Raft groups and clients.
 *
 * <p>Plain values without behaviour; none of them is ever reused. Zero is never an identity: it is what an absent field
 * of a message looks like, and is refused here so that it cannot be taken for one.
 */
@NullMarked
package io.ringkv.common.id;

import org.jspecify.annotations.NullMarked;
