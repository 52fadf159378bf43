package io.ringkv.client.connection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The unanswered attempts of one stream, by number. A number is the slot in the table and a count of the slot's uses, so
 * that finding one costs no hashing and a late answer to an earlier use finds nothing. Used by one thread.
 */
final class AttemptTable {

    private static final int SLOT_BITS = 24;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    private static final int INITIAL_SLOTS = 64;

    private @Nullable Attempt[] attempts = new @Nullable Attempt[INITIAL_SLOTS];
    private int[] uses = new int[INITIAL_SLOTS];
    private int[] free = new int[INITIAL_SLOTS];
    private int freeCount;
    private int size;

    AttemptTable() {
        for (int slot = INITIAL_SLOTS - 1; slot >= 0; slot--) {
            free[freeCount++] = slot;
        }
    }

    int size() {
        return size;
    }

    /** Adds an attempt and gives it its number, which is never 0. */
    void add(Attempt attempt) {
        if (freeCount == 0) {
            grow();
        }
        int slot = free[--freeCount];
        uses[slot]++;
        attempts[slot] = attempt;
        attempt.id = (long) uses[slot] << SLOT_BITS | slot;
        size++;
    }

    /** Takes out the attempt with this number; null if there is none, or not any more. */
    @Nullable
    Attempt remove(long id) {
        int slot = (int) (id & SLOT_MASK);
        if (slot >= attempts.length) {
            return null;
        }
        Attempt attempt = attempts[slot];
        if (attempt == null || attempt.id != id) {
            return null;
        }
        attempts[slot] = null;
        free[freeCount++] = slot;
        size--;
        return attempt;
    }

    /** Takes out all attempts, in the order of their slots. */
    List<Attempt> removeAll() {
        List<Attempt> all = new ArrayList<>(size);
        for (Attempt attempt : attempts.clone()) {
            if (attempt != null) {
                all.add(attempt);
                remove(attempt.id);
            }
        }
        return all;
    }

    private void grow() {
        int slots = attempts.length;
        if (slots > SLOT_MASK / 2) {
            throw new IllegalStateException("unanswered attempts of a stream: " + size + " (expected: fewer)");
        }
        attempts = Arrays.copyOf(attempts, 2 * slots);
        uses = Arrays.copyOf(uses, 2 * slots);
        free = Arrays.copyOf(free, 2 * slots);
        for (int slot = 2 * slots - 1; slot >= slots; slot--) {
            free[freeCount++] = slot;
        }
    }
}
