package io.ringkv.common.shardmap;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Checks shared by the records of the shard map. */
final class RecordChecks {

    private RecordChecks() {}

    static void checkNotEmpty(String name, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(name + ": \"\" (expected: not empty)");
        }
    }

    static void checkAtLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + " or more)");
        }
    }

    /** Refuses a list in which two elements have the same identity. */
    static <T, I> void checkDistinct(String name, List<T> elements, Function<T, I> identity) {
        Set<I> seen = new HashSet<>();
        for (T element : elements) {
            I id = identity.apply(element);
            if (!seen.add(id)) {
                throw new IllegalArgumentException(name + ": " + id + " twice (expected: once)");
            }
        }
    }
}
