package io.ringkv.client.operation;

import io.ringkv.client.connection.ClientLoop;
import java.util.List;
import java.util.function.Consumer;

/** Wakes operations when their next time has come: a retry, the resolution, the deadline. On the client's loop. */
final class WakeTimer {

    private static final long PERIOD_NANOS = 2 * TimerWheel.TICK_NANOS;

    private final ClientLoop loop;
    private final Consumer<PendingOperation> wake;
    private final TimerWheel<PendingOperation> wheel;
    private boolean ticking;

    WakeTimer(ClientLoop loop, Consumer<PendingOperation> wake) {
        this.loop = loop;
        this.wake = wake;
        this.wheel = new TimerWheel<>(loop.clock().nanos());
    }

    /** Sets, or sets anew, when the operation is woken. */
    void schedule(PendingOperation operation, long nowNanos) {
        wheel.schedule(operation, operation.wakeAtNanos(nowNanos));
        tickLater();
    }

    void cancel(PendingOperation operation) {
        wheel.cancel(operation);
    }

    /** Takes out all operations that are to be woken, which are all that are not done. */
    List<PendingOperation> removeAll() {
        return wheel.removeAll();
    }

    /** Ticks only while there is something to wake: an idle client does nothing. */
    private void tickLater() {
        if (!ticking && !wheel.isEmpty()) {
            ticking = true;
            loop.after(PERIOD_NANOS, this::tick);
        }
    }

    private void tick() {
        ticking = false;
        wheel.advance(loop.clock().nanos(), wake);
        tickLater();
    }
}
