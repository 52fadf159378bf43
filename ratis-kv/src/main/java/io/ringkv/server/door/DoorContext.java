package io.ringkv.server.door;

import io.ringkv.common.time.NanoClock;

/**
 * What all parts of a server's door share.
 *
 * @param settings bounds
 * @param clock for budgets
 * @param metrics counters
 * @param records newer shard records for those who ask the wrong replica
 * @param quorum tells of shards that can have no leader
 * @param requestBytes memory for unanswered requests
 */
record DoorContext(
        DoorSettings settings,
        NanoClock clock,
        DoorMetrics metrics,
        NewerRecords records,
        LostQuorum quorum,
        ByteBudget requestBytes) {}
