/**
 * The term-confirmation barrier: why a linearizable read may be answered by this server. The argument is in {@link
 * io.ringkv.server.barrier.TermBarrier}.
 */
package io.ringkv.server.barrier;
