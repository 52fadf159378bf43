package io.ringkv.testing.lab.history;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an operation was given, or has returned: nothing, a text, or several. Numbers are their decimal text. */
public sealed interface Datum {

    /** No value: a key that does not exist, an answer that says nothing. */
    static Datum nothing() {
        return Nothing.NOTHING;
    }

    /** The text; nothing if it is null. */
    static Datum of(@Nullable String text) {
        return text == null ? Nothing.NOTHING : new Text(text);
    }

    /** The number as decimal text. */
    static Datum of(long number) {
        return new Text(Long.toString(number));
    }

    /** Several. */
    static Datum of(List<Datum> items) {
        return new Items(items);
    }

    /** Several texts. */
    static Datum ofTexts(List<String> texts) {
        return new Items(texts.stream().map(Datum::of).toList());
    }

    /** The text; null if it is nothing or several. */
    default @Nullable String text() {
        return this instanceof Text text ? text.value() : null;
    }

    /** Its parts; empty if it is nothing or a text. */
    default List<Datum> items() {
        return this instanceof Items several ? several.parts() : List.of();
    }

    /** No value. */
    enum Nothing implements Datum {
        NOTHING;

        @Override
        public String toString() {
            return "nothing";
        }
    }

    /**
     * One value.
     *
     * @param value the text
     */
    record Text(String value) implements Datum {
        /** Not null. */
        public Text {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public String toString() {
            return value;
        }
    }

    /**
     * Several values.
     *
     * @param parts the values, in an order that means something to the operation
     */
    record Items(List<Datum> parts) implements Datum {
        /** Copies the list. */
        public Items {
            parts = List.copyOf(parts);
        }

        @Override
        public String toString() {
            return parts.toString();
        }
    }
}
