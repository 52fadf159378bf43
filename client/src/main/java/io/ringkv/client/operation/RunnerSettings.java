package io.ringkv.client.operation;

import io.micrometer.core.instrument.MeterRegistry;

/**
 * Limits of an {@link OperationRunner}.
 *
 * @param openRequestsMax most unanswered requests
 * @param openBytesMax most bytes of their operations
 * @param sessionIdleMillis idle time, in shard time, after which a shard forgets a session of this client
 * @param meterRegistry where metrics go
 */
public record RunnerSettings(
        int openRequestsMax, long openBytesMax, long sessionIdleMillis, MeterRegistry meterRegistry) {}
