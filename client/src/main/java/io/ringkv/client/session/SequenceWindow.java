package io.ringkv.client.session;

import io.ringkv.common.limit.Limits;

/**
 * The sequences of one session: given once, in order, from 1; and the floor, which is the smallest one still awaited.
 *
 * <p>A shard keeps results of {@value Limits#SESSION_WINDOW} sequences from the floor on, so no sequence that far above it
 * is given. Used by one thread.
 */
public final class SequenceWindow {

    /** Whether a sequence of the window was released, at the remainder of its division by the window's size. */
    private final boolean[] released = new boolean[Limits.SESSION_WINDOW];

    private long floor = 1;
    private long next = 1;

    /** Starts at sequence 1. */
    public SequenceWindow() {}

    /** Whether no sequence can be given before an earlier one is released. */
    public boolean isFull() {
        return next - floor >= Limits.SESSION_WINDOW;
    }

    /** Whether every sequence given was released. */
    public boolean isIdle() {
        return next == floor;
    }

    /**
     * Gives the next sequence.
     *
     * @throws IllegalStateException if the window is {@linkplain #isFull full}
     */
    public long take() {
        if (isFull()) {
            throw new IllegalStateException("sequence window is full at " + floor + " to " + (next - 1));
        }
        return next++;
    }

    /**
     * The answer to this sequence is not awaited any more.
     *
     * @throws IllegalArgumentException if it is not awaited
     */
    public void release(long sequence) {
        if (sequence < floor || sequence >= next || released[slot(sequence)]) {
            throw new IllegalArgumentException(
                    "sequence: " + sequence + " (expected: awaited, between " + floor + " and " + (next - 1) + ")");
        }
        released[slot(sequence)] = true;
        while (floor < next && released[slot(floor)]) {
            released[slot(floor)] = false;
            floor++;
        }
    }

    private static int slot(long sequence) {
        return (int) (sequence % Limits.SESSION_WINDOW);
    }

    /** The smallest sequence still awaited, or the next one if none is. */
    public long floor() {
        return floor;
    }
}
