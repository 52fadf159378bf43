package io.ringkv.common.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenRangeTest {

    private static final int POINTS = 16;

    @ParameterizedTest
    @CsvSource({
        // start, end, token, inside
        "10, 20, 10, false",
        "10, 20, 11, true",
        "10, 20, 20, true",
        "10, 20, 21, false",
        "10, 20, 0, false",
        "10, 20, -1, false",
        // wraps around the greatest token
        "-3, 2, -3, false",
        "-3, 2, -2, true",
        "-3, 2, -1, true",
        "-3, 2, 0, true",
        "-3, 2, 2, true",
        "-3, 2, 3, false",
        // a range over the middle, where signed numbers would wrap
        "9223372036854775807, -9223372036854775808, -9223372036854775808, true",
        "9223372036854775807, -9223372036854775808, 9223372036854775807, false",
        // one token less than the full circle, and one token only
        "5, 4, 5, false",
        "5, 4, 6, true",
        "5, 4, 4, true",
        "5, 6, 6, true",
        "5, 6, 5, false",
        // full circle
        "5, 5, 5, true",
        "5, 5, 6, true",
        "0, 0, 0, true",
    })
    void containsStartExclusiveToEndInclusive(long start, long end, long token, boolean inside) {
        assertThat(range(start, end).contains(new Token(token))).isEqualTo(inside);
    }

    /** Sixteen marked tokens spread over the circle stand for all; ranges end at marked ones. */
    @Test
    void agreesWithSetsOfTokens() {
        for (int start = 0; start < POINTS; start++) {
            for (int end = 0; end < POINTS; end++) {
                TokenRange range = marked(start, end);
                BitSet tokens = naiveTokens(start, end);
                for (int token = 0; token < POINTS; token++) {
                    assertThat(range.contains(mark(token)))
                            .as("%s contains %d", range, token)
                            .isEqualTo(tokens.get(token));
                }
                assertThat(range.fraction()).isCloseTo(tokens.cardinality() / (double) POINTS, within(1e-12));
            }
        }
    }

    @Test
    void comparesWithOtherRangesAsSetsDo() {
        long seed = 7L;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            int[] at = random.ints(4, 0, POINTS).toArray();
            TokenRange left = marked(at[0], at[1]);
            TokenRange right = marked(at[2], at[3]);
            BitSet leftTokens = naiveTokens(at[0], at[1]);
            BitSet rightTokens = naiveTokens(at[2], at[3]);

            BitSet missing = (BitSet) rightTokens.clone();
            missing.andNot(leftTokens);
            assertThat(left.intersects(right))
                    .as("seed %d: %s intersects %s", seed, left, right)
                    .isEqualTo(leftTokens.intersects(rightTokens));
            assertThat(left.contains(right))
                    .as("seed %d: %s contains %s", seed, left, right)
                    .isEqualTo(missing.isEmpty());
        }
    }

    @Test
    void measuresItsSize() {
        assertThat(range(10, 20).size()).isEqualTo(10);
        assertThat(range(-3, 2).size()).isEqualTo(5);
        assertThat(range(0, -1).size()).isEqualTo(BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE));
        assertThat(TokenRange.fullCircle().size()).isEqualTo(BigInteger.ONE.shiftLeft(64));
        assertThat(TokenRange.fullCircle().fraction()).isEqualTo(1.0);
        assertThat(range(0, Long.MIN_VALUE).fraction()).isEqualTo(0.5);
        assertThat(range(0, 1).fraction()).isGreaterThan(0);
    }

    @Test
    void readsWhatItPrints() {
        TokenRange range = range(-3, 2);

        assertThat(range).hasToString("(fffffffffffffffd, 0000000000000002]");
        assertThat(TokenRange.parse(range.toString())).isEqualTo(range);
        assertThat(TokenRange.parse("(fffffffffffffffd,0000000000000002]")).isEqualTo(range);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0000000000000001, 0000000000000002",
                "(0000000000000001]",
                "[0000000000000001, 0000000000000002)",
                "(1, 2]"
            })
    void refusesOtherTexts(String text) {
        assertThatThrownBy(() -> TokenRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    private static TokenRange range(long start, long end) {
        return new TokenRange(new Token(start), new Token(end));
    }

    private static Token mark(int point) {
        return new Token((long) point << 60);
    }

    private static TokenRange marked(int start, int end) {
        return new TokenRange(mark(start), mark(end));
    }

    private static BitSet naiveTokens(int start, int end) {
        BitSet tokens = new BitSet(POINTS);
        int at = start;
        do {
            at = (at + 1) % POINTS;
            tokens.set(at);
        } while (at != end);
        return tokens;
    }
}
