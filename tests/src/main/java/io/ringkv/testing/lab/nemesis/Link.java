package io.ringkv.testing.lab.nemesis;

/**
 * What one member sends to another. Immutable.
 *
 * @param from id of who sends
 * @param to id of who receives
 */
record Link(String from, String to) {
    /** As {@code scripts/cluster cut} takes it. */
    @Override
    public String toString() {
        return from + ":" + to;
    }
}
