package io.ringkv.server.engine;

/**
 * Sizes of one replica's applied state, read without stopping it.
 *
 * @param keys number of live keys
 * @param dataBytes bytes of keys and records
 * @param sessions open sessions
 * @param sessionBytes bytes the sessions and their results count for
 * @param digestHigh upper half of the additive digest
 * @param digestLow lower half
 */
public record EngineStats(
        long keys, long dataBytes, int sessions, long sessionBytes, long digestHigh, long digestLow) {}
