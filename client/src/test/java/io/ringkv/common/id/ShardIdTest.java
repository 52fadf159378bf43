package io.ringkv.common.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardIdTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 65_536, Integer.MAX_VALUE})
    void readsWhatItPrints(int value) {
        assertThat(ShardId.parse(new ShardId(value).toString())).isEqualTo(new ShardId(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "+1", "1.0", "one", "2147483648", "99999999999999999999", "١"})
    void refusesOtherTexts(String text) {
        assertThatThrownBy(() -> ShardId.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shard id: \"" + text + "\" (expected: a number from 1 to 2147483647)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void refusesNumbersBelowOne(int value) {
        assertThatThrownBy(() -> new ShardId(value)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sortsAsNumber() {
        assertThat(new ShardId(9)).isLessThan(new ShardId(10));
    }
}
