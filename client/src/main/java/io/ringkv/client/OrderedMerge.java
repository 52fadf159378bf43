package io.ringkv.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Merges ordered sources, which deliver in pieces, into one order. Gives nothing while a source that may have more has
 * nothing at hand, because its next key may be the smallest.
 *
 * <p>Pure state; used by one thread.
 */
final class OrderedMerge {

    private final List<Source> sources = new ArrayList<>();
    private final PriorityQueue<Source> ready = new PriorityQueue<>();
    private int starving;

    OrderedMerge(int count) {
        for (int i = 0; i < count; i++) {
            sources.add(new Source());
        }
        this.starving = count;
    }

    /**
     * A piece of a source came.
     *
     * @param entries in order, after all that the source gave before
     * @param last whether the source has no more
     */
    void add(int index, List<KeyValue> entries, boolean last) {
        Source source = sources.get(index);
        if (source.ended) {
            throw new IllegalStateException("source " + index + " has ended");
        }
        boolean wasStarving = source.isStarving();
        boolean wasReady = !source.entries.isEmpty();
        source.entries.addAll(entries);
        source.ended = last;
        if (wasStarving && !source.isStarving()) {
            starving--;
        }
        if (!wasReady && !source.entries.isEmpty()) {
            ready.add(source);
        }
    }

    /** The smallest entry; null if it is not known yet, or there is none. */
    @Nullable
    KeyValue poll() {
        Source source = starving > 0 ? null : ready.poll();
        if (source == null) {
            return null;
        }
        KeyValue smallest = source.entries.removeFirst();
        if (!source.entries.isEmpty()) {
            ready.add(source);
        } else if (source.isStarving()) {
            starving++;
        }
        return smallest;
    }

    /** Whether all sources have ended and everything was taken. */
    boolean isDone() {
        return starving == 0 && ready.isEmpty();
    }

    /** Number of entries of a source at hand. */
    int buffered(int index) {
        return sources.get(index).entries.size();
    }

    private static final class Source implements Comparable<Source> {

        private final Deque<KeyValue> entries = new ArrayDeque<>();
        private boolean ended;

        boolean isStarving() {
            return entries.isEmpty() && !ended;
        }

        @Override
        public int compareTo(Source other) {
            return entries.getFirst().key().compareTo(other.entries.getFirst().key());
        }
    }
}
