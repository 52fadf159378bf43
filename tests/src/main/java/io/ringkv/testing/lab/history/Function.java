package io.ringkv.testing.lab.history;

import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an operation does. Names in files never change; each belongs to one {@link Subject}, so that one history may hold
 * several kinds of work and each is checked by its own rules.
 */
public enum Function {
    /** Linearizable read of a register. In: nothing. Out: its value, or nothing. */
    READ("read", Subject.REGISTER),
    /** Read with the session token of all clients, from any replica. As {@link #READ}. */
    SESSION_READ("session-read", Subject.REGISTER),
    /** In: the value. */
    WRITE("write", Subject.REGISTER),
    /** In: expected value (nothing: absent) and new value. */
    CAS("cas", Subject.REGISTER),
    /** Out: {@code true} or {@code false}, whether there was anything to delete; nothing if that is not known. */
    DELETE("delete", Subject.REGISTER),
    /** In: the number to add. Out: the sum. */
    INCREMENT("increment", Subject.REGISTER),

    /** In: the number to add. Out: the sum. */
    COUNT("count", Subject.COUNTER),
    /** Out: the sum. */
    TOTAL("total", Subject.COUNTER),

    /** In: the element. */
    ADD("add", Subject.SET),
    /** Out: all elements. */
    MEMBERS("members", Subject.SET),

    /** Writes the same value under all keys of a group. In: the value. */
    WRITE_ALL("write-all", Subject.BATCH),
    /** As above if all have the expected value. In: expected value (nothing: absent) and new value. */
    CAS_ALL("cas-all", Subject.BATCH),
    /** Reads all keys of a group. Out: their values. */
    READ_ALL("read-all", Subject.BATCH),

    /** Creates an entry. In: its name. */
    INSERT("insert", Subject.SCAN),
    /** Deletes an entry. In: its name. */
    REMOVE("remove", Subject.SCAN),
    /** Out: the names of all entries, in the order they came. */
    SCAN("scan", Subject.SCAN);

    private static final Map<String, Function> BY_TEXT =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Function::text, UnaryOperator.identity()));

    private final String text;
    private final Subject subject;

    Function(String text, Subject subject) {
        this.text = text;
        this.subject = subject;
    }

    /** The function with this name in files, or null. */
    public static @Nullable Function ofText(String text) {
        return BY_TEXT.get(text);
    }

    /** The name in files. */
    public String text() {
        return text;
    }

    /** What it acts upon. */
    public Subject subject() {
        return subject;
    }

    /** Whether it can change nothing. */
    public boolean isRead() {
        return switch (this) {
            case READ, SESSION_READ, TOTAL, MEMBERS, READ_ALL, SCAN -> true;
            case WRITE, CAS, DELETE, INCREMENT, COUNT, ADD, WRITE_ALL, CAS_ALL, INSERT, REMOVE -> false;
        };
    }
}
