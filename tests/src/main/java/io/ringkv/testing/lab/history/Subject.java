package io.ringkv.testing.lab.history;

/** What a function acts upon; it decides who checks it. */
public enum Subject {
    /** One value per key: linearizability. */
    REGISTER("register"),
    /** A number per key that is only ever added to: bounds, and exact in the end. */
    COUNTER("counter"),
    /** Unique elements that are only ever added: none lost, none invented. */
    SET("set"),
    /** Keys that change together: all or none, and linearizable as one. */
    BATCH("batch"),
    /** Keys that come and go under scans: none missed, none invented, in order. */
    SCAN("scan");

    private final String text;

    Subject(String text) {
        this.text = text;
    }

    /** The name for people, and of the workload. */
    public String text() {
        return text;
    }
}
