package io.ringkv.testing.lab.file;

import org.jspecify.annotations.Nullable;

/**
 * A line of a history file, before anybody knows what it means.
 *
 * @param process a number, or who else did it
 * @param type invoke, ok, fail or info
 * @param function what
 * @param key what to, if the file says so in a field of its own
 * @param value as {@link EdnReader} reads values
 * @param error why it failed
 * @param timeNanos when; negative if the file does not say
 */
record RawEvent(
        @Nullable Object process,
        String type,
        String function,
        @Nullable String key,
        @Nullable Object value,
        String error,
        long timeNanos) {}
