package io.ringkv.testing.lab.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A history file, read event by event. Used by one thread. */
interface HistorySource {
    /** Number of the line that was read last, from 1. */
    int line();

    /**
     * The next event; null at the end.
     *
     * @throws IOException if the file cannot be read, or is not of its format
     */
    @Nullable
    RawEvent next() throws IOException;
}
