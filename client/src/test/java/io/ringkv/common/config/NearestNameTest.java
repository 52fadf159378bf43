package io.ringkv.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

    private static final List<String> KNOWN = List.of("listen", "data-dir", "raft.election-timeout", "raft.log-size");

    @ParameterizedTest
    @CsvSource({
        "listne, listen",
        "lisen, listen",
        "data_dir, data-dir",
        "datadir, data-dir",
        "raft.election.timeout, raft.election-timeout",
        "raft.elecshun-timeut, raft.election-timeout",
        "raft.logsize, raft.log-size",
        "colour,",
        "x,",
    })
    void findsWhatWasProbablyMeant(String given, @Nullable String meant) {
        assertThat(NearestName.find(given, KNOWN)).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "'', abc, 3",
        "abc, abc, 0",
        "abc, abd, 1",
        "abc, acb, 1",
        "abc, bc, 1",
        "abc, abcd, 1",
        "kitten, sitting, 3",
        "ca, abc, 3",
    })
    void countsTypingMistakes(String left, String right, int mistakes) {
        assertThat(NearestName.distance(left, right)).isEqualTo(mistakes);
    }

    @Test
    void countsAlikeInBothDirections() {
        long seed = 88L;
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            String left = word(random);
            String right = word(random);

            assertThat(NearestName.distance(left, right))
                    .as("seed %d: %s, %s", seed, left, right)
                    .isEqualTo(NearestName.distance(right, left))
                    .isBetween(Math.abs(left.length() - right.length()), Math.max(left.length(), right.length()));
        }
    }

    @Test
    void choosesTheFirstOfEquallyNearOnes() {
        assertThat(NearestName.find("raft.b", List.of("raft.c", "raft.a"))).isEqualTo("raft.a");
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        int length = random.nextInt(8);
        for (int i = 0; i < length; i++) {
            word.append("abc".charAt(random.nextInt(3)));
        }
        return word.toString();
    }
}
