package io.ringkv.testing.lab.history;

/** How an operation ended, as Jepsen distinguishes it. */
public enum Outcome {
    /** It happened, at some moment between its start and its end. */
    OK("ok"),
    /** It certainly did not happen and never will. */
    FAIL("fail"),
    /** Nobody knows: it may have happened, may happen at any later time, or never. */
    INFO("info");

    private final String text;

    Outcome(String text) {
        this.text = text;
    }

    /** The name in files. */
    public String text() {
        return text;
    }
}
