package io.ringkv.testing.lab.run;

import io.ringkv.common.error.Effect;
import io.ringkv.common.error.RingKvException;
import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Operation;
import io.ringkv.testing.lab.history.Outcome;
import io.ringkv.testing.lab.workload.Access;
import io.ringkv.testing.lab.workload.Answer;
import io.ringkv.testing.lab.workload.Call;
import io.ringkv.testing.lab.workload.Operator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One caller: does one operation after the other and takes each down. Runs on a thread of its own. */
final class Caller {
    /** A store that refuses at once must not be asked a million times per second. */
    private static final long PAUSE_AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Access access;
    private final Recorder recorder;
    private final Recorder.Log log;
    private final LiveCounts counts;
    private final Pace pace;

    Caller(Access access, Recorder recorder, LiveCounts counts, Pace pace) {
        this.access = access;
        this.recorder = recorder;
        this.log = recorder.newLog();
        this.counts = counts;
        this.pace = pace;
    }

    /** Works until it is told to stop, or nothing more can be taken down. */
    void run(Operator operator, BooleanSupplier stop) {
        while (!stop.getAsBoolean() && log.reserve()) {
            long due = pace.await(recorder, stop);
            if (stop.getAsBoolean()) {
                return;
            }
            Operation done = perform(operator.next());
            counts.count(done, done.endNanos() - Math.min(due, done.startNanos()));
            if (!done.succeeded()) {
                LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
            }
        }
    }

    /** Does one operation. */
    Operation perform(Call call) {
        long start = recorder.nowNanos();
        Operation operation;
        try {
            Answer answer = call.action().perform(access);
            long end = recorder.nowNanos();
            Outcome outcome = answer.refusal().isEmpty() ? Outcome.OK : Outcome.FAIL;
            operation = operation(call, answer.output(), outcome, answer.refusal(), start, end);
        } catch (RingKvException e) {
            long end = recorder.nowNanos();
            boolean harmless = call.function().isRead() || e.code().effect() == Effect.NOT_APPLIED;
            Outcome outcome = harmless ? Outcome.FAIL : Outcome.INFO;
            operation = operation(call, Datum.nothing(), outcome, e.code().name(), start, end);
        }
        log.add(operation);
        return operation;
    }

    private Operation operation(Call call, Datum output, Outcome outcome, String error, long start, long end) {
        return Operation.unplaced(
                log.process(), call.function(), call.key(), call.input(), output, outcome, error, start, end);
    }
}
