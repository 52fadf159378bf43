package io.ringkv.common.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All settings of one process, in the order in which they are documented. Immutable. */
public final class Settings {

    private final List<Setting<?>> all;
    private final Map<String, Setting<?>> byKey = new LinkedHashMap<>();
    private final Map<String, Setting<?>> byEnvironmentName = new TreeMap<>();

    private Settings(Collection<Setting<?>> settings) {
        this.all = List.copyOf(settings);
        for (Setting<?> setting : all) {
            if (byKey.put(setting.key(), setting) != null) {
                throw new IllegalArgumentException("setting " + setting.key() + " twice (expected: once)");
            }
            Setting<?> other = byEnvironmentName.put(setting.environmentName(), setting);
            if (other != null) {
                throw new IllegalArgumentException("settings " + other.key() + " and " + setting.key()
                        + " share the environment variable " + setting.environmentName());
            }
        }
    }

    /**
     * These settings.
     *
     * @throws IllegalArgumentException if two have the same key or environment variable
     */
    public static Settings of(Setting<?>... settings) {
        return new Settings(List.of(settings));
    }

    /**
     * These settings followed by others.
     *
     * @throws IllegalArgumentException if two have the same key or environment variable
     */
    public Settings plus(Settings others) {
        List<Setting<?>> both = new ArrayList<>(all);
        both.addAll(others.all);
        return new Settings(both);
    }

    /** The settings in order. */
    public List<Setting<?>> all() {
        return all;
    }

    /** The setting with this key, null if there is none. */
    public @Nullable Setting<?> byKey(String key) {
        return byKey.get(key);
    }

    /** The setting of this environment variable, null if there is none. */
    @Nullable
    Setting<?> byEnvironmentName(String name) {
        return byEnvironmentName.get(name);
    }

    /** The key that was probably meant by an unknown one, null if none is near. */
    public @Nullable String nearestKey(String unknown) {
        // A group name alone is a frequent slip; any of its keys shows the form.
        String inGroup = byKey.keySet().stream()
                .filter(key -> key.startsWith(unknown + "."))
                .findFirst()
                .orElse(null);
        return inGroup == null ? NearestName.find(unknown, byKey.keySet()) : inGroup;
    }

    /** The environment variable that was probably meant by an unknown one, null if none is near. */
    @Nullable
    String nearestEnvironmentName(String unknown) {
        return NearestName.find(unknown, byEnvironmentName.keySet());
    }
}
