package io.ringkv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.RingKvException;
import org.junit.jupiter.api.Test;

final class WordsTest {
    @Test
    void blanksSeparateAndQuotesHoldTogether() {
        assertThat(Words.of("  put  'a b' \"c \\\" d\" e\\ f '' ")).containsExactly("put", "a b", "c \" d", "e f", "");
    }

    @Test
    void semicolonsSeparateCommandsOutsideQuotesOnly() {
        assertThat(Words.ofCommands("put a 1;; get 'a;b' ;\nstatus"))
                .extracting(words -> String.join("|", words))
                .containsExactly("put|a|1", "get|a;b", "status");
    }

    @Test
    void openQuoteIsRefused() {
        assertThatThrownBy(() -> Words.of("put 'a"))
                .isInstanceOf(RingKvException.class)
                .hasMessageContaining("quote");
    }

    @Test
    void emptyLineHasNoWords() {
        assertThat(Words.of("   ")).isEmpty();
        assertThat(Words.ofCommands(" ; ;")).isEmpty();
    }
}
