package io.ringkv.common.config;

import java.util.HashMap;
import java.util.Map;

/** The values of all settings of a process, and where each comes from. Immutable; made by {@link ConfigLoader}. */
public final class Config {

    private final Settings settings;
    private final Map<String, Entry<?>> entries;

    /** A value with its setting and origin. */
    record Entry<T>(Setting<T> setting, T value, Origin origin) {}

    Config(Settings settings, Map<String, Entry<?>> entries) {
        this.settings = settings;
        this.entries = new HashMap<>(entries);
    }

    /** The configuration in which everything has its default. */
    public static Config defaults(Settings settings) {
        return new ConfigLoader(settings).load();
    }

    /** The settings it has values for. */
    public Settings settings() {
        return settings;
    }

    /**
     * The value of a setting.
     *
     * @throws IllegalArgumentException if the setting is not one of this process
     */
    public <T> T get(Setting<T> setting) {
        Entry<?> entry = entry(setting);
        @SuppressWarnings("unchecked") // An entry's value was read by the type of its setting, which entry() compared.
        T value = (T) entry.value();
        return value;
    }

    /**
     * The value as text, in the form it would be configured in.
     *
     * @throws IllegalArgumentException if the setting is not one of this process
     */
    public String text(Setting<?> setting) {
        return text(entry(setting));
    }

    private static <T> String text(Entry<T> entry) {
        return entry.setting().type().format(entry.value());
    }

    /**
     * Where the value of a setting comes from.
     *
     * @throws IllegalArgumentException if the setting is not one of this process
     */
    public Origin origin(Setting<?> setting) {
        return entry(setting).origin();
    }

    private Entry<?> entry(Setting<?> setting) {
        Entry<?> entry = entries.get(setting.key());
        if (entry == null || !entry.setting().type().equals(setting.type())) {
            throw new IllegalArgumentException("setting " + setting.key() + " is not one of this process");
        }
        return entry;
    }
}
