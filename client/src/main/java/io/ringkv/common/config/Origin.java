package io.ringkv.common.config;

/**
 * Where a value comes from.
 *
 * @param kind the sort of place
 * @param place the flag, variable, or file and line; empty for a default
 */
public record Origin(Kind kind, String place) {

    /** The origin of what nobody set. */
    public static final Origin DEFAULT = new Origin(Kind.DEFAULT, "");

    /** Sorts of places, each winning over those before it. */
    public enum Kind {
        DEFAULT("default"),
        FILE("file"),
        ENVIRONMENT("environment"),
        FLAG("flag");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    @Override
    public String toString() {
        return place.isEmpty() ? kind.text : kind.text + " " + place;
    }
}
