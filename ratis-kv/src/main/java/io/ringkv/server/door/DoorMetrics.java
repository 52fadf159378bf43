package io.ringkv.server.door;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ringkv.common.error.ErrorFamily;
import io.ringkv.rpc.OperationType;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What the door counts. Meters exist from the first time they are used. Thread-safe. */
public final class DoorMetrics {
    private record Kind(OperationType type, ErrorFamily outcome) {}

    private final MeterRegistry registry;
    private final ConcurrentMap<Kind, Timer> requests = new ConcurrentHashMap<>();
    private final Counter malformedFrames;
    private final Counter refusedStreams;
    private final Counter framesIn;
    private final Counter framesOut;
    private final AtomicInteger streams;

    public DoorMetrics(MeterRegistry registry) {
        this.registry = registry;
        malformedFrames = Counter.builder("ringkv_door_malformed_frames_total")
                .description("Frames that were not a message of the protocol; each closed its stream")
                .register(registry);
        refusedStreams = Counter.builder("ringkv_door_refused_streams_total")
                .description("Streams refused at their first frame")
                .register(registry);
        framesIn = Counter.builder("ringkv_door_received_frames_total")
                .description("Frames received on batch streams")
                .register(registry);
        framesOut = Counter.builder("ringkv_door_sent_frames_total")
                .description("Frames sent on batch streams")
                .register(registry);
        streams = registry.gauge("ringkv_door_streams", new AtomicInteger());
    }

    /** Shows how much memory unanswered requests take. */
    void watch(ByteBudget requestBytes) {
        Gauge.builder("ringkv_door_request_bytes", requestBytes, ByteBudget::used)
                .description("Memory taken by requests that are not answered yet")
                .register(registry);
    }

    void answered(OperationType type, ErrorFamily outcome, long nanos) {
        Kind kind = new Kind(type, outcome);
        // Asked first, because the other way may lock, and this is done for every request.
        Timer known = requests.get(kind);
        Timer timer = known == null ? requests.computeIfAbsent(kind, this::timer) : known;
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Kind kind) {
        return Timer.builder("ringkv_request_duration_seconds")
                .description("Time from the arrival of a request to its answer")
                .tag("op", OperationBody.nameOf(kind.type()).toLowerCase(Locale.ROOT))
                .tag("outcome", kind.outcome().name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    void malformedFrame() {
        malformedFrames.increment();
    }

    void streamRefused() {
        refusedStreams.increment();
    }

    void frameReceived() {
        framesIn.increment();
    }

    void frameSent() {
        framesOut.increment();
    }

    void streamsOpen(int count) {
        streams.set(count);
    }
}
