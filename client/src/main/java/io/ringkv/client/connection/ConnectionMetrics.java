package io.ringkv.client.connection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what connections do; safe for use by any thread. */
public final class ConnectionMetrics {

    private final DistributionSummary frameRequests;
    private final Counter opened;
    private final Counter lost;

    /** Registers the meters. */
    public ConnectionMetrics(MeterRegistry registry) {
        this.frameRequests = DistributionSummary.builder("ringkv_client_frame_requests")
                .description("Requests per frame sent to a server")
                .register(registry);
        this.opened = Counter.builder("ringkv_client_connections_opened_total")
                .description("Batch streams that a server welcomed")
                .register(registry);
        this.lost = Counter.builder("ringkv_client_connections_lost_total")
                .description("Connections that ended or could not be made")
                .register(registry);
    }

    void frameSent(int requests) {
        frameRequests.record(requests);
    }

    void opened() {
        opened.increment();
    }

    void lost() {
        lost.increment();
    }
}
