package io.ringkv.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.Bytes;
import org.junit.jupiter.api.Test;

final class TableTest {
    @Test
    void textIsLeftNumbersAreRight() {
        Table table = new Table("NAME", "COUNT");
        table.row("a", 5);
        table.row("longer name", 12345);

        assertThat(table.lines()).containsExactly("NAME         COUNT", "a                5", "longer name  12345");
    }

    @Test
    void numbersWithUnitsAreRightToo() {
        Table table = new Table("DATA", "HEARTBEAT");
        table.row("16 B", "500 ms ago");
        table.row("76.9 GiB", "-");

        assertThat(table.lines())
                .containsExactly("    DATA   HEARTBEAT", "    16 B  500 ms ago", "76.9 GiB           -");
    }

    @Test
    void coloursTakeNoRoom() {
        Table table = new Table("STATE", "X");
        table.row("\u001b[32mOK\u001b[0m", "y");

        assertThat(table.lines().get(1)).isEqualTo("\u001b[32mOK\u001b[0m     y");
    }

    @Test
    void sizesAreReadable() {
        assertThat(Sizes.bytes(1023)).isEqualTo("1023 B");
        assertThat(Sizes.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Sizes.bytes(5L << 30)).isEqualTo("5.0 GiB");
        assertThat(Sizes.count(1234567)).isEqualTo("1 234 567");
        assertThat(Sizes.millis(950)).isEqualTo("950 ms");
        assertThat(Sizes.millis(12_500)).isEqualTo("12.5 s");
        assertThat(Sizes.millis(200_000)).isEqualTo("3 min 20 s");
        assertThat(Sizes.millis(3_660_000)).isEqualTo("1 h 1 min");
    }

    @Test
    void bytesThatAreNoTextAreMarked() {
        assertThat(ByteText.visible(Bytes.utf8("a\tb\u0001"))).isEqualTo("a\\tb\\x01");
        assertThat(ByteText.visible(Bytes.wrap(new byte[] {(byte) 0xff}))).isEqualTo("base64:/w==");
    }

    @Test
    void wholeNumbersThatDoublesCannotHoldAreStrings() {
        assertThat(JsonTree.compact(java.util.List.of(1L << 53, (1L << 53) + 1, -5, true)))
                .isEqualTo("[9007199254740992,\"9007199254740993\",-5,true]");
    }
}
