package io.ringkv.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.RingKvException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LineReaderTest {
    @Test
    void lastLineNeedsNoLineEnd() throws IOException {
        assertThat(lines("a\nb")).containsExactly("a", "b");
        assertThat(lines("a\nb\n")).containsExactly("a", "b");
        assertThat(lines("")).isEmpty();
        assertThat(lines("\n\n")).containsExactly("", "");
    }

    @Test
    void carriageReturnBelongsToTheLineEnd() throws IOException {
        assertThat(lines("a\r\nb\r")).containsExactly("a", "b\r");
    }

    @Test
    void linesMayCrossBuffersOfAnySize() throws IOException {
        String longLine = "x".repeat(200_000);

        assertThat(lines(longLine + "\ny")).containsExactly(longLine, "y");
    }

    @Test
    void lineOverTheBoundIsRefusedByNumber() {
        String tooLong = "ok\n" + "x".repeat(LineReader.LONGEST_LINE_BYTES + 1);

        assertThatThrownBy(() -> lines(tooLong))
                .isInstanceOf(RingKvException.class)
                .hasMessageContaining("Line 2");
    }

    private static List<String> lines(String text) throws IOException {
        InputStream trickle = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(length, 997));
            }
        };
        List<String> lines = new ArrayList<>();
        try (LineReader reader = new LineReader(trickle)) {
            while (reader.next()) {
                lines.add(new String(reader.line(), 0, reader.length(), StandardCharsets.UTF_8));
            }
            assertThat(reader.bytesRead()).isEqualTo(text.length());
        }
        return lines;
    }
}
