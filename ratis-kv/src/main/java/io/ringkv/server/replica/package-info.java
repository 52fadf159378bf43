/**
 * All replicas of a server: the ledger of what it ever hosted, the rules by which they come back after a stop, and the host
 * that opens, watches and closes them.
 */
@NullMarked
package io.ringkv.server.replica;

import org.jspecify.annotations.NullMarked;
