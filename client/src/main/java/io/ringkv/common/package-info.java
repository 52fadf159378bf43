/**
 * What clients and servers share: identities, ring, shard map, errors, configuration. Depends on no other RingKV package
 * but the generated protocol.
 */
package io.ringkv.common;
