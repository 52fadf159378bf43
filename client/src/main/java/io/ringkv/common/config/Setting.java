package io.ringkv.common.config;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One thing that can be configured: its key, the type of its values, its default, and what an operator must know.
 *
 * @param key words of lower-case letters and digits, joined by dashes and grouped by dots: {@code raft.election-timeout}
 * @param type how values are written, with their bounds
 * @param defaultValue value when nobody sets it
 * @param unit what is counted, such as {@code operations}; empty where the value carries its unit or has none
 * @param meaning what it decides, in full sentences
 * @param tooSmall what goes wrong when it is too small; empty where that makes no sense
 * @param tooLarge what goes wrong when it is too large; empty where that makes no sense
 * @param reloadable whether a change takes effect without a restart
 * @param <T> type of the value
 */
public record Setting<T>(
        String key,
        SettingType<T> type,
        T defaultValue,
        String unit,
        String meaning,
        String tooSmall,
        String tooLarge,
        boolean reloadable) {

    private static final String ENVIRONMENT_PREFIX = "RINGKV_";
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9]*([-.][a-z0-9]+)*");

    /** @throws IllegalArgumentException if the key has another form, the meaning is empty, or the default is not valid */
    public Setting {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("key: \"" + key + "\" (expected: a form like raft.election-timeout)");
        }
        if (meaning.isBlank()) {
            throw new IllegalArgumentException("meaning of " + key + ": empty (expected: a sentence)");
        }
        Objects.requireNonNull(unit, "unit");
        Objects.requireNonNull(tooSmall, "tooSmall");
        Objects.requireNonNull(tooLarge, "tooLarge");
        // A default that its own type refuses would only be noticed by whoever writes it into a file.
        if (!type.parse(type.format(defaultValue)).equals(defaultValue)) {
            throw new IllegalArgumentException("default of " + key + ": " + defaultValue + " is not read as written");
        }
    }

    /** A setting that needs a restart to change. */
    public static <T> Setting<T> of(String key, SettingType<T> type, T defaultValue, String meaning) {
        return new Setting<>(key, type, defaultValue, "", meaning, "", "", false);
    }

    /** The same setting, counting this. */
    public Setting<T> withUnit(String counted) {
        return new Setting<>(key, type, defaultValue, counted, meaning, tooSmall, tooLarge, reloadable);
    }

    /** The same setting, with what goes wrong at either end. */
    public Setting<T> withEffects(String whenTooSmall, String whenTooLarge) {
        return new Setting<>(key, type, defaultValue, unit, meaning, whenTooSmall, whenTooLarge, reloadable);
    }

    /** The same setting with another default. */
    public Setting<T> withDefault(T otherDefault) {
        return new Setting<>(key, type, otherDefault, unit, meaning, tooSmall, tooLarge, reloadable);
    }

    /** The same setting, taking effect without a restart. */
    public Setting<T> asReloadable() {
        return new Setting<>(key, type, defaultValue, unit, meaning, tooSmall, tooLarge, true);
    }

    /** Name of the environment variable: {@code RINGKV_RAFT_ELECTION_TIMEOUT}. */
    public String environmentName() {
        return ENVIRONMENT_PREFIX
                + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Name of the command line flag: {@code --raft-election-timeout}. */
    public String flagName() {
        return "--" + key.replace('.', '-');
    }

    /** Whether a name is one of an environment variable of RingKV. */
    static boolean isEnvironmentName(String name) {
        return name.startsWith(ENVIRONMENT_PREFIX);
    }
}
