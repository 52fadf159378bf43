package io.ringkv.server.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A queue that serves its clients in turn, one item each, and the items of one client in the order they came. A client
 * that queues a thousand items delays another one by one item, not by a thousand.
 *
 * <p>Not safe for use by several threads.
 */
final class FairQueue<T> {
    private final ToIntFunction<? super T> bytesOfItem;
    private final Map<Object, Lane<T>> lanes = new HashMap<>();
    private final ArrayDeque<Lane<T>> turns = new ArrayDeque<>();
    private int size;
    private long bytes;

    /** @param bytesOfItem size of an item, which must not change while it is queued */
    FairQueue(ToIntFunction<? super T> bytesOfItem) {
        this.bytesOfItem = bytesOfItem;
    }

    /** Number of items. */
    int size() {
        return size;
    }

    /** Sum of the sizes of all items. */
    long bytes() {
        return bytes;
    }

    /** Sum of the sizes of one client's items. */
    long bytesOf(Object client) {
        Lane<T> lane = lanes.get(client);
        return lane == null ? 0 : lane.bytes;
    }

    /**
     * Appends an item behind the client's others.
     *
     * @param client whose item it is; compared by equals
     */
    void add(Object client, T item) {
        Lane<T> lane = lanes.get(client);
        if (lane == null) {
            lane = new Lane<>(client);
            lanes.put(client, lane);
            turns.addLast(lane);
        }
        lane.items.addLast(item);
        int itemBytes = bytesOfItem.applyAsInt(item);
        lane.bytes += itemBytes;
        size++;
        bytes += itemBytes;
    }

    /** Size of the item that {@link #poll} would take; 0 when there is none. */
    int nextBytes() {
        Lane<T> lane = turns.peekFirst();
        T item = lane == null ? null : lane.items.peekFirst();
        return item == null ? 0 : bytesOfItem.applyAsInt(item);
    }

    /** Takes the next item of the client whose turn it is; null when there is none. */
    @Nullable
    T poll() {
        Lane<T> lane = turns.pollFirst();
        T item = lane == null ? null : lane.items.pollFirst();
        if (lane == null || item == null) {
            return null;
        }
        takenOut(lane, item);
        if (lane.items.isEmpty()) {
            lanes.remove(lane.client);
        } else {
            turns.addLast(lane);
        }
        return item;
    }

    /** Takes out all items that match, wherever they stand. */
    List<T> removeIf(Predicate<? super T> condition) {
        List<T> removed = new ArrayList<>();
        for (Iterator<Lane<T>> lanesLeft = turns.iterator(); lanesLeft.hasNext(); ) {
            Lane<T> lane = lanesLeft.next();
            for (Iterator<T> items = lane.items.iterator(); items.hasNext(); ) {
                T item = items.next();
                if (condition.test(item)) {
                    items.remove();
                    takenOut(lane, item);
                    removed.add(item);
                }
            }
            if (lane.items.isEmpty()) {
                lanesLeft.remove();
                lanes.remove(lane.client);
            }
        }
        return removed;
    }

    private void takenOut(Lane<T> lane, T item) {
        int itemBytes = bytesOfItem.applyAsInt(item);
        lane.bytes -= itemBytes;
        size--;
        bytes -= itemBytes;
    }

    private static final class Lane<T> {
        private final Object client;
        private final ArrayDeque<T> items = new ArrayDeque<>();
        private long bytes;

        private Lane(Object client) {
            this.client = client;
        }
    }
}
