package io.ringkv.client.operation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.rpc.OperationType;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;

/** What became of requests. One thread records; any thread may read the registry. */
final class OperationMetrics {

    private final MeterRegistry registry;
    private final Map<OperationType, Map<ErrorFamily, DurationCount>> durations = new EnumMap<>(OperationType.class);
    private final Map<ErrorFamily, Counter> retries = new EnumMap<>(ErrorFamily.class);
    private final Counter redirects;
    private final Counter resolutions;
    private final Counter refused;

    OperationMetrics(MeterRegistry registry, IntSupplier open) {
        this.registry = registry;
        this.redirects = Counter.builder("ringkv_client_redirects_total")
                .description("Requests sent again at once to the server that another one named")
                .register(registry);
        this.resolutions = Counter.builder("ringkv_client_resolutions_total")
                .description("Writes whose fate had to be asked for")
                .register(registry);
        this.refused = Counter.builder("ringkv_client_refused_total")
                .description("Requests refused because the client has too many unanswered ones")
                .register(registry);
        Gauge.builder("ringkv_client_open_requests", open, IntSupplier::getAsInt)
                .description("Unanswered requests")
                .strongReference(true)
                .register(registry);
    }

    void finished(OperationType type, ErrorCode code, long nanos) {
        durations
                .computeIfAbsent(type, any -> new EnumMap<>(ErrorFamily.class))
                .computeIfAbsent(code.family(), family -> durations(type, family))
                .record(nanos);
    }

    private DurationCount durations(OperationType type, ErrorFamily outcome) {
        String name = type.name().substring("OPERATION_TYPE_".length()).toLowerCase(Locale.ROOT);
        return DurationCount.register(
                registry,
                "ringkv_client_request_duration_seconds",
                "Time from call to answer, retries included",
                Tags.of("op", name, "outcome", outcome.name().toLowerCase(Locale.ROOT)));
    }

    void retried(ErrorCode cause) {
        retries.computeIfAbsent(cause.family(), this::retryCounter).increment();
    }

    private Counter retryCounter(ErrorFamily cause) {
        return Counter.builder("ringkv_client_retries_total")
                .description("Attempts after the first, by what ended the one before")
                .tag("cause", cause.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    void redirected() {
        redirects.increment();
    }

    void resolving() {
        resolutions.increment();
    }

    void refused() {
        refused.increment();
    }
}
