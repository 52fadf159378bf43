package io.ringkv.cli.look;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LabelOrderTest {
    @Test
    void numbersCountAsNumbers() {
        List<String> labels = List.of("s10", "s2", "s1", "m3", "s02", "s", "s1a");

        List<String> sorted = labels.stream().sorted(LabelOrder.INSTANCE).toList();

        assertThat(sorted).containsExactly("m3", "s", "s1", "s1a", "s02", "s2", "s10");
    }
}
