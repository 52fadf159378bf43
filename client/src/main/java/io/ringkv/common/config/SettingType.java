package io.ringkv.common.config;

/**
 * How the values of a setting are written. See {@link SettingTypes} for the usual ones.
 *
 * @param <T> type of the value
 */
public interface SettingType<T> {

    /**
     * Reads a value from its text, which has no blanks around it.
     *
     * @throws IllegalArgumentException saying what is wrong with the text
     */
    T parse(String text);

    /** Writes a value so that {@link #parse} reads an equal one. */
    String format(T value);

    /** The form and bounds of values, such as {@code a duration such as 300ms or 5s, 10ms to 1m}. */
    String expected();
}
