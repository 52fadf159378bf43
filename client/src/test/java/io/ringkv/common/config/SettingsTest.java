package io.ringkv.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static final Setting<String> LABEL = Setting.of("label", SettingTypes.text(), "", "Name for people.");
    private static final Setting<Duration> TIMEOUT = Setting.of(
                    "raft.election-timeout",
                    SettingTypes.duration(Duration.ofMillis(10), Duration.ofMinutes(1)),
                    Duration.ofMillis(500),
                    "Silence after which a follower stands for election. It must be well above the longest pause of the"
                            + " garbage collector and the longest write to disk.")
            .withEffects("Elections without need under load.", "A longer gap after the leader died.");
    private static final Setting<Integer> QUEUE = Setting.of(
                    "shard.queue-size", SettingTypes.integer(1, 100_000), 4096, "Operations that may wait for a shard.")
            .withUnit("operations")
            .asReloadable();

    @Test
    void rendersEverythingAnOperatorMustKnow() {
        assertThat(ConfigTemplate.render("KV server", Settings.of(LABEL, TIMEOUT, QUEUE)))
                .isEqualTo("""
                        # KV server: all settings with their defaults.
                        #
                        # Remove the # in front of a setting to change it. A flag wins over the environment, the environment
                        # over this file. Keys may also be nested. An unknown key is an error.

                        # ---- general ----

                        # Name for people.
                        # Value: text
                        # Environment: RINGKV_LABEL
                        #label: ""

                        # ---- raft ----

                        # Silence after which a follower stands for election. It must be well above the longest pause of the
                        # garbage collector and the longest write to disk.
                        # Too small: Elections without need under load.
                        # Too large: A longer gap after the leader died.
                        # Value: a duration such as 300ms or 5s, 10ms to 1m
                        # Environment: RINGKV_RAFT_ELECTION_TIMEOUT
                        #raft.election-timeout: 500ms

                        # ---- shard ----

                        # Operations that may wait for a shard.
                        # Value: a whole number, 1 to 100000; in operations
                        # Environment: RINGKV_SHARD_QUEUE_SIZE; can be changed while running
                        #shard.queue-size: 4096
                        """);
    }

    /** The fear: the documented defaults are not what the file would say with the # removed. */
    @Test
    void rendersAFileThatReadsAsTheDefaults(@TempDir Path directory) throws IOException {
        Setting<List<Address>> addresses = Setting.of(
                "endpoints",
                SettingTypes.listOf(SettingTypes.address()),
                List.of(Address.parse("h:1"), Address.parse("[::1]:2")),
                "Known doors.");
        Setting<Optional<String>> odd = Setting.of(
                "odd", SettingTypes.optional(SettingTypes.text()), Optional.of("a: \"b\\c\" # d"), "A strange text.");
        Setting<Boolean> flag = Setting.of("flag", SettingTypes.flag(), true, "Yes or no.");
        Setting<String> number = Setting.of("number", SettingTypes.text(), "007", "Text that looks like a number.");
        Settings settings = Settings.of(LABEL, TIMEOUT, QUEUE).plus(Settings.of(addresses, odd, flag, number));

        String active = ConfigTemplate.render("test", settings).replaceAll("(?m)^#([a-z])", "$1");
        Config config = new ConfigLoader(settings)
                .file(Files.writeString(directory.resolve("all.yaml"), active))
                .load();

        for (Setting<?> setting : settings.all()) {
            assertThat(config.<Object>get(cast(setting))).as(setting.key()).isEqualTo(setting.defaultValue());
            assertThat(config.origin(setting).kind()).as(setting.key()).isEqualTo(Origin.Kind.FILE);
        }
    }

    @SuppressWarnings("unchecked")
    private static Setting<Object> cast(Setting<?> setting) {
        return (Setting<Object>) setting;
    }

    @Test
    void namesFlagAndVariableAfterTheKey() {
        assertThat(TIMEOUT.flagName()).isEqualTo("--raft-election-timeout");
        assertThat(TIMEOUT.environmentName()).isEqualTo("RINGKV_RAFT_ELECTION_TIMEOUT");
    }

    @Test
    void keepsOrderAndFindsByKey() {
        Settings settings = Settings.of(QUEUE, LABEL);

        assertThat(settings.all()).isEqualTo(List.of(QUEUE, LABEL));
        assertThat(settings.byKey("label")).isSameAs(LABEL);
        assertThat(settings.byKey("lable")).isNull();
        assertThat(settings.nearestKey("lable")).isEqualTo("label");
        assertThat(settings.nearestKey("something-else")).isNull();
    }

    @Test
    void refusesSettingsThatCannotBeToldApart() {
        Setting<String> sameVariable = Setting.of("shard.queue.size", SettingTypes.text(), "", "Another.");

        assertThatThrownBy(() -> Settings.of(LABEL, LABEL)).hasMessage("setting label twice (expected: once)");
        assertThatThrownBy(() -> Settings.of(QUEUE, sameVariable))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RINGKV_SHARD_QUEUE_SIZE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Label", "a..b", "a-", "-a", ".a", "a_b", "a b", "1a"})
    void refusesOtherKeys(String key) {
        assertThatThrownBy(() -> Setting.of(key, SettingTypes.text(), "", "Something."))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key: \"" + key + "\"");
    }

    @Test
    void refusesDefaultsThatCouldNotBeConfigured() {
        assertThatThrownBy(() -> Setting.of("a", SettingTypes.integer(1, 5), 6, "Too many."))
                .hasMessageContaining("the most is 5");
        assertThatThrownBy(() -> Setting.of("a", SettingTypes.optional(SettingTypes.text()), Optional.of(""), "Odd."))
                .hasMessageContaining("is not read as written");
        assertThatThrownBy(() -> Setting.of("a", SettingTypes.text(), "", " ")).hasMessageContaining("meaning of a");
    }
}
