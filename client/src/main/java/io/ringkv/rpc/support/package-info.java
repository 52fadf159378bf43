/**
 * What clients and servers share to speak gRPC: event loops, channels and servers with one set of limits, a marshaller
 * that does not copy, errors on the wire, and the publication of the shard map.
 *
 * <p>The generated messages and stubs are in {@code io.ringkv.rpc}.
 */
@NullMarked
package io.ringkv.rpc.support;

import org.jspecify.annotations.NullMarked;
