package io.ringkv.common.config;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Collects the values of settings: a flag wins over the environment, the environment over the file, the file over the
 * default. Used by one thread.
 */
public final class ConfigLoader {

    private final Settings settings;
    private final Map<String, Given> file = new LinkedHashMap<>();
    private final Map<String, Given> environment = new LinkedHashMap<>();
    private final Map<String, Given> flags = new LinkedHashMap<>();

    /** A text somebody gave for a setting. */
    private record Given(String text, Origin origin) {}

    /** Collects values for these settings. */
    public ConfigLoader(Settings settings) {
        this.settings = settings;
    }

    /**
     * Adds the values of a YAML file. Keys may be dotted or nested.
     *
     * @throws RingKvException {@code CONFIG_FILE_UNREADABLE}, {@code UNKNOWN_CONFIG_KEY} or {@code INVALID_CONFIG_VALUE}
     */
    public ConfigLoader file(Path yaml) {
        YamlSource.read(yaml).forEach((key, value) -> {
            Origin origin = new Origin(Origin.Kind.FILE, yaml + " line " + value.line());
            if (settings.byKey(key) == null) {
                throw unknown(key, origin, settings.nearestKey(key));
            }
            file.put(key, new Given(value.text(), origin));
        });
        return this;
    }

    /**
     * Adds the values of environment variables. Names that do not begin with {@code RINGKV_} are ignored.
     *
     * @param variables all variables, as of {@link System#getenv()}
     * @param foreign tells the names beginning with {@code RINGKV_} that are not settings of this process but of its
     *     launcher or another one
     * @throws RingKvException {@code UNKNOWN_CONFIG_KEY} for any other name beginning with {@code RINGKV_}
     */
    public ConfigLoader environment(Map<String, String> variables, Predicate<String> foreign) {
        // In the order of names, so that of two errors always the same one is reported.
        new TreeMap<>(variables).forEach((name, text) -> {
            if (!Setting.isEnvironmentName(name) || foreign.test(name)) {
                return;
            }
            Setting<?> setting = settings.byEnvironmentName(name);
            if (setting == null) {
                throw unknown(name, new Origin(Origin.Kind.ENVIRONMENT, name), settings.nearestEnvironmentName(name));
            }
            environment.put(setting.key(), new Given(text, new Origin(Origin.Kind.ENVIRONMENT, name)));
        });
        return this;
    }

    /**
     * Adds the values of command line flags.
     *
     * @param texts values by the key of their setting
     * @throws RingKvException {@code UNKNOWN_CONFIG_KEY}
     */
    public ConfigLoader flags(Map<String, String> texts) {
        texts.forEach((key, text) -> {
            Setting<?> setting = settings.byKey(key);
            if (setting == null) {
                throw unknown(key, new Origin(Origin.Kind.FLAG, key), settings.nearestKey(key));
            }
            flags.put(key, new Given(text, new Origin(Origin.Kind.FLAG, setting.flagName())));
        });
        return this;
    }

    /**
     * The configuration of everything added so far. Values that another one wins over are not checked.
     *
     * @throws RingKvException {@code INVALID_CONFIG_VALUE}, naming key, value, origin and expected form
     */
    public Config load() {
        Map<String, Config.Entry<?>> entries = new HashMap<>();
        for (Setting<?> setting : settings.all()) {
            entries.put(setting.key(), entry(setting));
        }
        return new Config(settings, entries);
    }

    private <T> Config.Entry<T> entry(Setting<T> setting) {
        Given given = winner(setting.key());
        if (given == null) {
            return new Config.Entry<>(setting, setting.defaultValue(), Origin.DEFAULT);
        }
        try {
            return new Config.Entry<>(setting, setting.type().parse(given.text().strip()), given.origin());
        } catch (IllegalArgumentException e) {
            throw RingKvException.builder(ErrorCode.INVALID_CONFIG_VALUE)
                    .sentence(setting.key() + " cannot be \"" + given.text() + "\" (from " + given.origin() + ")")
                    .reason(String.valueOf(e.getMessage()))
                    .advice("Expected: " + setting.type().expected())
                    .cause(e)
                    .detail("key", setting.key())
                    .detail("value", given.text())
                    .detail("origin", given.origin())
                    .build();
        }
    }

    private @Nullable Given winner(String key) {
        Given flag = flags.get(key);
        if (flag != null) {
            return flag;
        }
        Given variable = environment.get(key);
        return variable == null ? file.get(key) : variable;
    }

    private static RingKvException unknown(String name, Origin origin, @Nullable String nearest) {
        RingKvException.Builder failure = RingKvException.builder(ErrorCode.UNKNOWN_CONFIG_KEY)
                .sentence("There is no setting " + name + " (from " + origin + ")")
                .detail("key", name)
                .detail("origin", origin);
        if (nearest != null) {
            failure.advice("Did you mean " + nearest + "?").detail("nearest", nearest);
        }
        return failure.build();
    }
}
