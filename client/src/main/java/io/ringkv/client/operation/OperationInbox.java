package io.ringkv.client.operation;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where callers leave requests for the event loop. Any thread adds; the one who finds the inbox empty wakes the loop, so
 * that whatever arrives until the loop's turn is taken at once. No locks, and no memory beside the requests.
 */
final class OperationInbox {

    private final AtomicReference<@Nullable PendingOperation> newest = new AtomicReference<>();

    /**
     * Adds a request.
     *
     * @return whether the inbox was empty: then the caller must see to it that it is emptied
     */
    boolean add(PendingOperation operation) {
        PendingOperation before;
        do {
            before = newest.get();
            operation.addedBefore = before;
        } while (!newest.compareAndSet(before, operation));
        return before == null;
    }

    /** Takes out all requests and passes them on in the order they were added. One thread at a time. */
    void drain(Consumer<PendingOperation> consumer) {
        PendingOperation operation = reverse(newest.getAndSet(null));
        while (operation != null) {
            PendingOperation next = operation.addedBefore;
            operation.addedBefore = null;
            consumer.accept(operation);
            operation = next;
        }
    }

    private static @Nullable PendingOperation reverse(@Nullable PendingOperation last) {
        PendingOperation reversed = null;
        PendingOperation rest = last;
        while (rest != null) {
            PendingOperation next = rest.addedBefore;
            rest.addedBefore = reversed;
            reversed = rest;
            rest = next;
        }
        return reversed;
    }
}
