package io.ringkv.common.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 0x0123456789abcdefL})
    void readsWhatItPrints(long bits) {
        Token token = new Token(bits);

        assertThat(token.toString()).hasSize(16);
        assertThat(Token.parse(token.toString())).isEqualTo(token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "00000000000000000", "+000000000000001", "000000000000000g"})
    void refusesOtherTexts(String text) {
        assertThatThrownBy(() -> Token.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("token: \"" + text + "\" (expected: 16 hex digits)");
    }

    @Test
    void isOrderedAsUnsigned() {
        assertThat(Token.MIN).isLessThan(new Token(Long.MAX_VALUE));
        assertThat(new Token(Long.MAX_VALUE)).isLessThan(new Token(Long.MIN_VALUE));
        assertThat(new Token(Long.MIN_VALUE)).isLessThan(Token.MAX);
    }
}
