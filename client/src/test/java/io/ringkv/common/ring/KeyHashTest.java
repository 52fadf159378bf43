package io.ringkv.common.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stored data is found by this hash. Should a test here fail, the change under test loses the data of every cluster that
 * exists: change the code, never the vectors.
 */
class KeyHashTest {

    @Test
    void givesEachFrozenKeyItsToken() {
        List<String> lines = frozenLines();

        assertThat(lines).hasSizeGreaterThanOrEqualTo(200);
        for (String line : lines) {
            String[] columns = line.split(" ", 2);
            byte[] key = HexFormat.of().parseHex(columns[0]);

            assertThat(KeyHash.token(key)).as("key %s", columns[0]).hasToString(columns[1]);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "{user1000}.following, user1000",
        "{user1000}.followers, user1000",
        "foo{bar}{zap},        bar",
        "foo{{bar}}zap,        {bar",
        "}a{b}c,               b",
        "{ }x,                 ' '",
    })
    void hashesOnlyTheTag(String key, String tag) {
        assertThat(token(key)).isEqualTo(token(tag));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "{}", "{}tail", "foo{}{bar}", "{open", "close}", "}{", "{"})
    void hashesTheWholeKeyWithoutATag(String key) {
        byte[] bytes = bytes(key);

        assertThat(KeyHash.token(bytes)).isEqualTo(new Token(XxHash64.hash(bytes, 0, bytes.length, 0)));
    }

    @Test
    void ignoresWhatSurroundsTheKeyInItsArray() {
        byte[] around = bytes("{x}{tag}key}");

        assertThat(KeyHash.token(around, 3, 8)).isEqualTo(token("{tag}key"));
        assertThat(KeyHash.token(around, 3, 4)).isEqualTo(token("{tag"));
    }

    @Test
    void spreadsKeysEvenly() {
        int shards = 6;
        Ring ring = Ring.equalArcs(shards);
        int[] counts = new int[shards];
        int keys = 60_000;
        for (int i = 0; i < keys; i++) {
            counts[ring.shardAt(token("key-" + i)).value() - 1]++;
        }

        // Five standard deviations of a binomial count.
        double expected = keys / (double) shards;
        double tolerance = 5 * Math.sqrt(expected * (1 - 1.0 / shards));
        for (int count : counts) {
            assertThat((double) count).isBetween(expected - tolerance, expected + tolerance);
        }
    }

    @Test
    void agreesWithANaiveSearchForTheTag() {
        long seed = 1609L;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(12);
            for (int c = 0; c < length; c++) {
                text.append("{}ab".charAt(random.nextInt(4)));
            }
            String key = text.toString();

            byte[] hashed = bytes(naiveTag(key));
            assertThat(token(key))
                    .as("seed %d, key %s", seed, key)
                    .isEqualTo(new Token(XxHash64.hash(hashed, 0, hashed.length, 0)));
        }
    }

    @Test
    void refusesAKeyOutsideItsArray() {
        assertThatThrownBy(() -> KeyHash.token(new byte[4], 2, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static String naiveTag(String key) {
        int open = key.indexOf('{');
        int close = open < 0 ? -1 : key.indexOf('}', open);
        String tag = close < 0 ? "" : key.substring(open + 1, close);
        return tag.isEmpty() ? key : tag;
    }

    private static Token token(String key) {
        return KeyHash.token(bytes(key));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> frozenLines() {
        try (InputStream in = Objects.requireNonNull(KeyHashTest.class.getResourceAsStream("key-tokens.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
