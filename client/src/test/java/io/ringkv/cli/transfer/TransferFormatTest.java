package io.ringkv.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.client.Bytes;
import io.ringkv.common.error.RingKvException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TransferFormatTest {
    @ParameterizedTest
    @EnumSource(TransferFormat.class)
    void anyBytesComeBackAndTheLineHasNoLineEnd(TransferFormat format) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            TransferRecord record = new TransferRecord(bytes(random, 1), bytes(random, 0));
            byte[] line = format.line(record);
            assertThat(line).as("seed %d", seed).doesNotContain('\n');
            assertThat(format.parse(line, line.length)).as("seed %d", seed).isEqualTo(record);
        }
    }

    @Test
    void textStaysReadable() {
        TransferRecord record = new TransferRecord(Bytes.utf8("grüße"), Bytes.utf8("a\tb"));

        assertThat(new String(TransferFormat.JSONL.line(record), StandardCharsets.UTF_8))
                .isEqualTo("{\"key\":\"grüße\",\"value\":\"a\\tb\"}");
        assertThat(new String(TransferFormat.TSV.line(record), StandardCharsets.UTF_8))
                .isEqualTo("grüße\ta\\tb");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"key\":\"a\"}",
                "{\"key\":1,\"value\":\"b\"}",
                "{\"key\":\"a\",\"value\":\"b\"} x",
                "{\"key\":\"a\",\"value\":\"b\",\"encoding\":\"rot13\"}",
                "{\"key\":\"a\",\"value\":\"%\",\"encoding\":\"base64\"}",
                "{\"key\":\"a\",\"value\":\"b\""
            })
    void malformedJsonIsRefused(String line) {
        assertRefused(TransferFormat.JSONL, line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no tab", "a\tb\\", "a\tb\\x"})
    void malformedTsvIsRefused(String line) {
        assertRefused(TransferFormat.TSV, line);
    }

    @Test
    void otherJsonFieldsAreIgnored() {
        byte[] line =
                "{\"a\":{\"key\":\"no\"},\"key\":\"k\",\"version\":3,\"value\":\"v\"}".getBytes(StandardCharsets.UTF_8);

        assertThat(TransferFormat.JSONL.parse(line, line.length))
                .isEqualTo(new TransferRecord(Bytes.utf8("k"), Bytes.utf8("v")));
    }

    private static void assertRefused(TransferFormat format, String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> format.parse(bytes, bytes.length))
                .isInstanceOf(RingKvException.class)
                .hasMessageContaining("INPUT_MALFORMED");
    }

    private static Bytes bytes(Random random, int shortest) {
        byte[] bytes = new byte[shortest + random.nextInt(20)];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) "ab\t\n\r\\\"'{}".charAt(Math.floorMod(bytes[i], 10));
            }
        }
        return Bytes.wrap(bytes);
    }
}
