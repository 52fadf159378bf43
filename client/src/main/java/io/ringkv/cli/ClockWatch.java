package io.ringkv.cli;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.time.NanoClock;
import io.ringkv.common.time.SetBackDetector;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the operator of a process when the clock of its machine was set back. Used by one thread. */
final class ClockWatch {
    private static final long TOLERANCE_MILLIS = 1_000;

    private final InstantSource wallClock;
    private final NanoClock clock;
    private final Consumer<RingKvException> operator;
    private final SetBackDetector detector;

    ClockWatch(InstantSource wallClock, NanoClock clock, Consumer<RingKvException> operator) {
        this.wallClock = wallClock;
        this.clock = clock;
        this.operator = operator;
        this.detector = new SetBackDetector(TOLERANCE_MILLIS, wallClock.millis(), clock.nanos());
    }

    /** Watches the clock of this machine, and tells the log. */
    static ClockWatch ofMachine() {
        Logger log = LoggerFactory.getLogger(ClockWatch.class);
        return new ClockWatch(
                InstantSource.system(),
                NanoClock.system(),
                notice -> log.warn("event=clock-went-backwards {}", notice.getMessage()));
    }

    /** Compares; to be called about once a second. */
    void look() {
        detector.look(wallClock.millis(), clock.nanos())
                .ifPresent(backMillis -> operator.accept(RingKvException.builder(ErrorCode.CLOCK_WENT_BACKWARDS)
                        .sentence("The clock of this machine was set back by " + backMillis + " ms, to "
                                + wallClock.instant())
                        .build()));
    }
}
