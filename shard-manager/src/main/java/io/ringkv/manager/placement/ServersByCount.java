package io.ringkv.manager.placement;

import java.util.BitSet;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Some servers, sorted by how many of something each has, and of equals by their numbers. */
final class ServersByCount {

    private final NavigableMap<Integer, BitSet> levels = new TreeMap<>();

    void add(int server, int count) {
        levels.computeIfAbsent(count, level -> new BitSet()).set(server);
    }

    /** A server that is in here has another count from now on. */
    void change(int server, int oldCount, int newCount) {
        BitSet level = levels.get(oldCount);
        if (level == null || !level.get(server)) {
            throw new IllegalStateException("server number " + server + " does not have " + oldCount);
        }
        level.clear(server);
        if (level.isEmpty()) {
            levels.remove(oldCount);
        }
        add(server, newCount);
    }

    /** From a count to the servers that have it, lowest count first. Not to be changed. */
    NavigableMap<Integer, BitSet> ascending() {
        return levels;
    }

    /** The same, highest count first. */
    NavigableMap<Integer, BitSet> descending() {
        return levels.descendingMap();
    }

    /** Difference between the highest and the lowest count; 0 if there are no servers. */
    int spread() {
        return levels.isEmpty() ? 0 : levels.lastKey() - levels.firstKey();
    }
}
