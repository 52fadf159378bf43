package io.ringkv.cli.look;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LabelRangesTest {
    @Test
    void threeNeighboursOrMoreAreDrawnTogether() {
        assertThat(LabelRanges.of(List.of("s10", "s8", "s9", "s1", "s2"))).isEqualTo("s1, s2, s8-s10");
        assertThat(LabelRanges.of(IntStream.rangeClosed(1, 50)
                        .mapToObj(number -> "s" + number)
                        .toList()))
                .isEqualTo("s1-s50");
    }

    @Test
    void onlyNumbersOfTheSameKindAreNeighbours() {
        assertThat(LabelRanges.of(List.of("a1", "a2", "a3", "b4", "b5", "b6"))).isEqualTo("a1-a3, b4-b6");
        assertThat(LabelRanges.of(List.of("s08", "s09", "s10"))).isEqualTo("s08, s09, s10");
        assertThat(LabelRanges.of(List.of("left", "right", "s1"))).isEqualTo("left, right, s1");
        assertThat(LabelRanges.of(List.of())).isEmpty();
    }

    @Test
    void ofTooManyPartsTheRestIsCounted() {
        assertThat(LabelRanges.of(List.of("s1", "s3", "s5", "s6", "s7", "s9", "s11"), 3))
                .isEqualTo("s1, s3, s5-s7 and 2 more");
    }
}
