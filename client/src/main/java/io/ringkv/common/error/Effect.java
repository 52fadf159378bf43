package io.ringkv.common.error;

/** What a code says about the data: whether the request it answers has changed any. */
public enum Effect {

    /** Done as asked. */
    APPLIED("yes"),

    /** Certainly not applied, and no late copy of the attempt will be: safe to send again, or to give up. */
    NOT_APPLIED("no"),

    /** May or may not have been applied, now or later. */
    UNKNOWN("unknown");

    private final String text;

    Effect(String text) {
        this.text = text;
    }

    /** Answer to "was it applied?", as printed in tables. */
    public String text() {
        return text;
    }
}
