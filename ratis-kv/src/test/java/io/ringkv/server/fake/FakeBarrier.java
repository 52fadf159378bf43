package io.ringkv.server.fake;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.server.barrier.ReadBarrier;
import io.ringkv.server.replica.ShardReplica;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A barrier that confirms at once, or when the test says so. Thread-safe. */
public final class FakeBarrier implements ReadBarrier {
    private final List<Waiter> held = new ArrayList<>();
    private boolean holding;
    private @Nullable ErrorCode refusal;
    private @Nullable ServerId leader;

    /** From now on reads wait for {@link #serveHeld}. */
    public synchronized void hold() {
        holding = true;
    }

    /** From now on reads are refused. */
    public synchronized void refuse(ErrorCode code, @Nullable ServerId otherLeader) {
        refusal = code;
        leader = otherLeader;
    }

    public synchronized int held() {
        return held.size();
    }

    /** Serves all that wait, in one go, as a round does. */
    public void serveHeld() {
        List<Waiter> all;
        synchronized (this) {
            holding = false;
            all = new ArrayList<>(held);
            held.clear();
        }
        all.forEach(Waiter::serve);
    }

    @Override
    public void confirm(ShardReplica replica, Waiter waiter) {
        ErrorCode code;
        ServerId successor;
        synchronized (this) {
            if (holding) {
                held.add(waiter);
                return;
            }
            code = refusal;
            successor = leader;
        }
        if (code == null) {
            waiter.serve();
        } else {
            waiter.refuse(code, successor);
        }
    }

    @Override
    public void close() {}
}
