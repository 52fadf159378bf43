package io.ringkv.server.door;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.time.NanoClock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The batch streams that are open. Thread-safe. */
final class ClientStreams {
    private static final Logger LOG = LoggerFactory.getLogger(ClientStreams.class);
    private static final long LOG_INTERVAL_NANOS = 1_000_000_000;

    private final DoorSettings settings;
    private final DoorMetrics metrics;
    private final NanoClock clock;
    private long lastLoggedNanos;
    private final Set<ClientStream> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();

    /** @param clock for the rate of log lines */
    ClientStreams(DoorSettings settings, DoorMetrics metrics, NanoClock clock) {
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
        this.lastLoggedNanos = clock.nanos() - LOG_INTERVAL_NANOS;
    }

    /** Logs a stream that was closed for what it sent, once a second at most: a stranger decides how many there are. */
    void logMalformed(String sentence) {
        long now = clock.nanos();
        synchronized (this) {
            if (now - lastLoggedNanos < LOG_INTERVAL_NANOS) {
                return;
            }
            lastLoggedNanos = now;
        }
        LOG.info("event=malformed_frame problem=\"{}\"", sentence);
    }

    /** Counts a stream in; false when there are as many as allowed. */
    boolean admit(ClientStream stream) {
        if (count.incrementAndGet() > settings.streamsMax()) {
            count.decrementAndGet();
            return false;
        }
        open.add(stream);
        metrics.streamsOpen(count.get());
        return true;
    }

    Refusal tooMany() {
        return Refusal.busy(
                ErrorCode.TOO_MANY_CONNECTIONS,
                "The server has " + count.get() + " streams; the limit is " + settings.streamsMax(),
                settings.retryAfterMillis());
    }

    void remove(ClientStream stream) {
        if (open.remove(stream)) {
            metrics.streamsOpen(count.decrementAndGet());
        }
    }

    int count() {
        return count.get();
    }

    /** A heartbeat interval went by. */
    void tick() {
        open.forEach(ClientStream::tick);
    }

    void ringEpochChanged() {
        open.forEach(ClientStream::ringEpochChanged);
    }

    /** Ends all streams; requests that are not answered by then are in doubt for their clients. */
    void closeAll(Refusal reason) {
        open.forEach(stream -> stream.fail(reason));
    }
}
