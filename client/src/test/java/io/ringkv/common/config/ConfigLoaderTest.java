package io.ringkv.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The right value wins, everybody can see why, and a slip is never silently ignored. */
class ConfigLoaderTest {

    private static final Setting<Address> LISTEN =
            Setting.of("listen", SettingTypes.address(), new Address("127.0.0.1", 7400), "Where clients connect.");
    private static final Setting<Duration> TIMEOUT = Setting.of(
            "raft.election-timeout",
            SettingTypes.duration(Duration.ofMillis(10), Duration.ofMinutes(1)),
            Duration.ofMillis(500),
            "Silence after which a follower stands for election.");
    private static final Setting<Integer> QUEUE = Setting.of(
            "shard.queue-size", SettingTypes.integer(1, 100_000), 4096, "Operations that may wait for a shard.");
    private static final Setting<List<Address>> MANAGERS =
            Setting.of("managers", SettingTypes.listOf(SettingTypes.address()), List.of(), "Known managers.");
    private static final Setting<Optional<String>> LABEL =
            Setting.of("label", SettingTypes.optional(SettingTypes.text()), Optional.empty(), "Name for people.");

    private static final Settings SETTINGS = Settings.of(LISTEN, TIMEOUT, QUEUE, MANAGERS, LABEL);

    @TempDir
    private Path directory;

    @Test
    void takesDefaultsWhereNothingIsSaid() {
        Config config = Config.defaults(SETTINGS);

        assertThat(config.get(TIMEOUT)).isEqualTo(Duration.ofMillis(500));
        assertThat(config.get(MANAGERS)).isEmpty();
        assertThat(config.origin(TIMEOUT)).hasToString("default");
        assertThat(config.text(TIMEOUT)).isEqualTo("500ms");
        assertThat(config.settings()).isSameAs(SETTINGS);
    }

    @Test
    void letsFlagWinOverEnvironmentOverFileOverDefault() throws IOException {
        Path file = yaml("""
                listen: h:1
                raft.election-timeout: 1s
                shard.queue-size: 10
                """);
        Map<String, String> environment =
                Map.of("RINGKV_RAFT_ELECTION_TIMEOUT", "2s", "RINGKV_SHARD_QUEUE_SIZE", " 20 ", "PATH", "/bin");

        // The order of the calls does not matter.
        Config config = new ConfigLoader(SETTINGS)
                .flags(Map.of("shard.queue-size", "30"))
                .environment(environment, name -> false)
                .file(file)
                .load();

        assertThat(config.get(LISTEN)).isEqualTo(new Address("h", 1));
        assertThat(config.origin(LISTEN)).hasToString("file " + file + " line 1");
        assertThat(config.get(TIMEOUT)).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.origin(TIMEOUT)).hasToString("environment RINGKV_RAFT_ELECTION_TIMEOUT");
        assertThat(config.get(QUEUE)).isEqualTo(30);
        assertThat(config.origin(QUEUE)).hasToString("flag --shard-queue-size");
        assertThat(config.origin(LABEL)).isEqualTo(Origin.DEFAULT);
    }

    @Test
    void readsNestedKeysListsAndQuotedTexts() throws IOException {
        Path file = yaml("""
                # all of it
                raft:
                  election-timeout: 700ms   # a comment
                shard: {queue-size: 12}
                managers:
                  - m1:8400
                  - "[::1]:8410"
                label: 'rack: 7'
                listen:
                    "localhost:7500"
                """);

        Config config = new ConfigLoader(SETTINGS).file(file).load();

        assertThat(config.get(TIMEOUT)).isEqualTo(Duration.ofMillis(700));
        assertThat(config.origin(TIMEOUT).place()).endsWith("line 3");
        assertThat(config.get(QUEUE)).isEqualTo(12);
        assertThat(config.get(MANAGERS)).containsExactly(new Address("m1", 8400), new Address("::1", 8410));
        assertThat(config.get(LABEL)).contains("rack: 7");
        assertThat(config.get(LISTEN)).isEqualTo(new Address("localhost", 7500));
    }

    @Test
    void readsNothingAsNothing() throws IOException {
        assertThat(new ConfigLoader(SETTINGS).file(yaml("")).load().get(QUEUE)).isEqualTo(4096);
        assertThat(new ConfigLoader(SETTINGS).file(yaml("# only\n---\n")).load().get(QUEUE))
                .isEqualTo(4096);
        Config config =
                new ConfigLoader(SETTINGS).file(yaml("label:\nmanagers: []\n")).load();
        assertThat(config.get(LABEL)).isEmpty();
        assertThat(config.get(MANAGERS)).isEmpty();
        assertThat(config.origin(LABEL).place()).endsWith("line 1");
    }

    @Test
    void refusesUnknownKeysNamingTheNearestKnownOne() throws IOException {
        Path file = yaml("listen: h:1\nraft:\n  election-timout: 5s\n");

        refused(
                () -> new ConfigLoader(SETTINGS).file(file),
                ErrorCode.UNKNOWN_CONFIG_KEY,
                "UNKNOWN_CONFIG_KEY: There is"
                        + " no setting raft.election-timout (from file " + file + " line 3). Did you mean"
                        + " raft.election-timeout?");
        refused(
                () -> new ConfigLoader(SETTINGS)
                        .environment(Map.of("RINGKV_SHARD_QUEUESIZE", "1", "RINGKV_ZONE", "z"), name -> false),
                ErrorCode.UNKNOWN_CONFIG_KEY,
                "no setting RINGKV_SHARD_QUEUESIZE",
                "Did you mean RINGKV_SHARD_QUEUE_SIZE?");
        refused(
                () -> new ConfigLoader(SETTINGS).flags(Map.of("raft", "5s")),
                ErrorCode.UNKNOWN_CONFIG_KEY,
                "Did you mean raft.election-timeout?");
        refused(
                () -> new ConfigLoader(SETTINGS).flags(Map.of("entirely-else", "5s")),
                ErrorCode.UNKNOWN_CONFIG_KEY,
                "no setting entirely-else",
                "Correct it, or remove it");
    }

    @Test
    void leavesVariablesOfOthersAlone() {
        Config config = new ConfigLoader(SETTINGS)
                .environment(Map.of("RINGKV_HOME", "/opt", "HOME", "/root"), "RINGKV_HOME"::equals)
                .load();

        assertThat(config.get(QUEUE)).isEqualTo(4096);
    }

    @Test
    void refusesInvalidValuesNamingKeyValueOriginAndForm() throws IOException {
        Path file = yaml("\nraft.election-timeout: 5 parsecs\n");

        refused(
                () -> new ConfigLoader(SETTINGS).file(file).load(),
                ErrorCode.INVALID_CONFIG_VALUE,
                "INVALID_CONFIG_VALUE: raft.election-timeout cannot be \"5 parsecs\" (from file " + file
                        + " line 2). \"5 parsecs\" is not a duration such as 300ms, 5s or 10m."
                        + " Expected: a duration such as 300ms or 5s, 10ms to 1m.");
        refused(
                () -> new ConfigLoader(SETTINGS)
                        .flags(Map.of("shard.queue-size", "0"))
                        .load(),
                ErrorCode.INVALID_CONFIG_VALUE,
                "shard.queue-size cannot be \"0\" (from flag --shard-queue-size). the least is 1.");
        refused(
                () -> new ConfigLoader(SETTINGS).file(yaml("listen:\n")).load(),
                ErrorCode.INVALID_CONFIG_VALUE,
                "listen cannot be \"\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shard.queue-size: 1\nshard:\n  queue-size: 2\n",
                "- a\n- b\n",
                "just text\n",
                "managers: [[a], b]\n",
                "managers: ['a:1,b:2']\n",
                "&a shard: &b {x: *b}\n",
            })
    void refusesFilesThatMakeNoSense(String text) throws IOException {
        Path file = yaml(text);

        refused(() -> new ConfigLoader(SETTINGS).file(file), ErrorCode.INVALID_CONFIG_VALUE, file + " line ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: b: c\n",
                "a: [\n",
                "\tlisten: h:1\n",
                "? [a, b]\n: c\n",
                "listen: h:1\nlisten: h:2\n...\n---\nx: y\n",
                "\0"
            })
    void refusesFilesThatAreNoYaml(String text) throws IOException {
        Path file = yaml(text);

        refused(() -> new ConfigLoader(SETTINGS).file(file), ErrorCode.CONFIG_FILE_UNREADABLE, file.toString());
    }

    /** A few lines of aliases stand for nearly a million keys. */
    @Test
    void refusesFilesThatMultiply() throws IOException {
        StringBuilder bomb = new StringBuilder("a0: &a0 {x: 1}\n");
        for (int level = 1; level < 8; level++) {
            bomb.append("a%d: &a%d {".formatted(level, level));
            for (int i = 0; i < 7; i++) {
                bomb.append("k%d: *a%d , ".formatted(i, level - 1));
            }
            bomb.append("}\n");
        }
        Path file = yaml(bomb.toString());

        refused(() -> new ConfigLoader(SETTINGS).file(file), ErrorCode.INVALID_CONFIG_VALUE, "more than 10000 keys");
    }

    @Test
    void refusesFilesItCannotRead() throws IOException {
        Path missing = directory.resolve("missing.yaml");
        Path huge = yaml("#" + "x".repeat(2 << 20));
        Path notText = Files.write(directory.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});

        refused(() -> new ConfigLoader(SETTINGS).file(missing), ErrorCode.CONFIG_FILE_UNREADABLE, "missing.yaml");
        refused(() -> new ConfigLoader(SETTINGS).file(directory), ErrorCode.CONFIG_FILE_UNREADABLE, "Cannot read");
        refused(() -> new ConfigLoader(SETTINGS).file(huge), ErrorCode.CONFIG_FILE_UNREADABLE, huge.toString());
        refused(() -> new ConfigLoader(SETTINGS).file(notText), ErrorCode.CONFIG_FILE_UNREADABLE, "binary.yaml");
    }

    /** Whatever is in the file: a configuration or an error with a code. */
    @Test
    void survivesDamagedFiles() throws IOException {
        long seed = 31337L;
        Random random = new Random(seed);
        byte[] valid = "raft:\n  election-timeout: 700ms\nmanagers: [a:1, \"b:2\"]\nlabel: &x 'y'\nlisten: h:1\n"
                .getBytes(StandardCharsets.UTF_8);
        Path file = directory.resolve("damaged.yaml");
        int refused = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] damaged = valid.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            damaged[random.nextInt(damaged.length)] = (byte) "{}[]:-&*!|>'\"%@`#?\n ".charAt(random.nextInt(20));
            Files.write(file, damaged);
            try {
                assertThat(new ConfigLoader(SETTINGS).file(file).load()).isNotNull();
            } catch (RingKvException e) {
                refused++;
                assertThat(e.code())
                        .as("seed %d, round %d", seed, i)
                        .isIn(
                                ErrorCode.CONFIG_FILE_UNREADABLE,
                                ErrorCode.UNKNOWN_CONFIG_KEY,
                                ErrorCode.INVALID_CONFIG_VALUE);
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void answersOnlyForItsOwnSettings() {
        Config config = Config.defaults(SETTINGS);
        Setting<String> foreign = Setting.of("foreign", SettingTypes.text(), "", "Of another process.");
        Setting<String> sameKey = Setting.of("listen", SettingTypes.text(), "", "Of another type.");

        assertThatThrownBy(() -> config.get(foreign)).hasMessage("setting foreign is not one of this process");
        assertThatThrownBy(() -> config.get(sameKey)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> config.origin(foreign)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesAnotherDefaultForTheSameSetting() {
        Config config = Config.defaults(Settings.of(TIMEOUT.withDefault(Duration.ofSeconds(3))));

        assertThat(config.get(TIMEOUT)).isEqualTo(Duration.ofSeconds(3));
    }

    private static void refused(ThrowingCallable call, ErrorCode code, String... mentions) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContainingAll(mentions);
    }

    private Path yaml(String text) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "config", ".yaml"), text);
    }
}
