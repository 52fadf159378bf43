package io.ringkv.server.batch;

import io.ringkv.common.id.ShardId;
import io.ringkv.server.batch.WriteOperation.Identity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The writes of one shard that wait, within bounds, and the memory of which operations wait or are in flight, by which a
 * second arrival of one is recognised. Guarded by its batcher's lock.
 */
final class WaitingWrites {
    private final ShardId shard;
    private final BatchLimits limits;
    private final FairQueue<PendingWrite> queue = new FairQueue<>(PendingWrite::bytes);
    private final Map<Identity, PendingWrite> known = new HashMap<>();

    WaitingWrites(ShardId shard, BatchLimits limits) {
        this.shard = shard;
        this.limits = limits;
    }

    /** Number of writes that wait. */
    int size() {
        return queue.size();
    }

    /** Their bytes. */
    long bytes() {
        return queue.bytes();
    }

    /** Lets the write join one that is the same, if there is one. */
    boolean join(PendingWrite write) {
        WriteOperation operation = write.operation();
        PendingWrite first = operation.hasIdentity() ? known.get(operation.identity()) : null;
        if (first == null) {
            return false;
        }
        first.join(write);
        return true;
    }

    /** Why there is no room for the write, as a sentence; null when there is. */
    @Nullable
    String checkRoom(PendingWrite write) {
        int bytes = write.bytes();
        if (queue.size() >= limits.queueOperationsMax()) {
            return full(queue.size() + " operations wait", limits.queueOperationsMax());
        }
        if (queue.bytes() + bytes > limits.queueBytesMax() && queue.size() > 0) {
            return full(queue.bytes() + " bytes wait", limits.queueBytesMax());
        }
        long ofClient = queue.bytesOf(write.client());
        if (ofClient + bytes > limits.clientBytesMax() && ofClient > 0) {
            return full(ofClient + " bytes of this client wait", limits.clientBytesMax());
        }
        return null;
    }

    private String full(String what, long limit) {
        return what + " for shard " + shard + "; the limit is " + limit;
    }

    void add(PendingWrite write) {
        if (write.operation().hasIdentity()) {
            known.put(write.operation().identity(), write);
        }
        queue.add(write.client(), write);
    }

    /** Takes out the writes of the next entry; they stay known until they are forgotten. */
    List<PendingWrite> takeEntry() {
        List<PendingWrite> entry = new ArrayList<>(Math.min(queue.size(), limits.entryOperationsMax()));
        long bytes = 0;
        while (entry.size() < limits.entryOperationsMax()
                && queue.size() > 0
                && (entry.isEmpty() || bytes + queue.nextBytes() <= limits.entryBytesMax())) {
            bytes += queue.nextBytes();
            PendingWrite write = queue.poll();
            if (write != null) {
                entry.add(write);
            }
        }
        return entry;
    }

    /** Takes out and forgets the waiting writes that match. */
    List<PendingWrite> removeIf(Predicate<PendingWrite> condition) {
        List<PendingWrite> removed = queue.removeIf(condition);
        removed.forEach(this::forget);
        return removed;
    }

    /** The write is about to be answered: an arrival from now on is a new one. */
    void forget(PendingWrite write) {
        if (write.operation().hasIdentity()) {
            known.remove(write.operation().identity(), write);
        }
    }
}
