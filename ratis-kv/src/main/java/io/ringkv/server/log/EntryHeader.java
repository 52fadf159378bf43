package io.ringkv.server.log;

/**
 * What an entry says of itself.
 *
 * @param level level of semantics the proposer knew to be in force
 * @param shard number of the shard, 1 or more
 * @param incarnation which life of the shard
 * @param rangeEpoch range epoch at the proposer
 * @param shardTimeMillis shard time at the proposer; apply keeps the maximum
 * @param wallTimeMillis wall clock at the proposer, for people only: nothing depends on it
 * @param proposer id of the server that proposed the entry, for people only
 */
public record EntryHeader(
        int level,
        int shard,
        int incarnation,
        long rangeEpoch,
        long shardTimeMillis,
        long wallTimeMillis,
        long proposer) {}
