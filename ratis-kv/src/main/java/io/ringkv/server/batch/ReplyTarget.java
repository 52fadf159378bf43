package io.ringkv.server.batch;

/** Something that gathers answers and sends them together. */
public interface ReplyTarget {
    /** Sends what was gathered soon, from any thread, without blocking. Harmless when there is nothing. */
    void flush();
}
