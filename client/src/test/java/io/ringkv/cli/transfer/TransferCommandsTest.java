package io.ringkv.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.cli.CommandRun;
import io.ringkv.cli.MemoryClient;
import io.ringkv.client.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TransferCommandsTest {
    private final MemoryClient client = new MemoryClient();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void exportHasTheDigestOfTheImportAndIsInKeyOrder() throws IOException {
        Path input = input(1000);

        CommandRun imported = CommandRun.of(client, "import", input.toString(), "--parallel", "7");
        CommandRun exported = CommandRun.of(client, "export");

        assertThat(imported.exitCode()).as(imported.err()).isZero();
        assertThat(digest(imported.out())).isEqualTo(digest(exported.err()));
        assertThat(exported.out().lines()).hasSize(1000).isSorted();
        assertThat(CommandRun.of(client, "export", "-").out()).isEqualTo(exported.out());
    }

    @Test
    void exportCanBeImportedAgain() throws IOException {
        client.put(Bytes.wrap(new byte[] {(byte) 0xfe, 0}), Bytes.wrap(new byte[] {(byte) 0xff}))
                .join();
        client.put(Bytes.utf8("text"), Bytes.utf8("a\nb")).join();
        for (String name : new String[] {"all.jsonl", "all.tsv"}) {
            Path file = directory.resolve(name);
            MemoryClient other = new MemoryClient();

            CommandRun exported = CommandRun.of(client, "export", file.toString());
            CommandRun imported = CommandRun.of(other, "import", file.toString());

            assertThat(digest(imported.out())).isEqualTo(digest(exported.out()));
            assertThat(other.data.keySet()).isEqualTo(client.data.keySet());
        }
    }

    @Test
    void emptyInputHasAnEmptyDigest() {
        CommandRun run = CommandRun.withInput(client, "", "import", "-", "-o", "jsonl");

        assertThat(run.out())
                .contains("\"complete\":true")
                .contains("\"records\":0")
                .contains("\"digest\":\"00000000000000000000000000000000\"");
    }

    @Test
    void importThatIsCutOffGoesOnWhereItStopped() throws IOException {
        Path input = input(100);
        client.writesLeft = 40;

        CommandRun cut = CommandRun.of(client, "import", input.toString());
        client.writesLeft = 60;
        CommandRun resumed = CommandRun.of(client, "import", input.toString());

        assertThat(cut.exitCode()).isEqualTo(5);
        assertThat(cut.out()).startsWith("acknowledged 40 records");
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.out()).startsWith("imported 100 records (40 of them by an earlier run)");
        assertThat(digest(resumed.out()))
                .isEqualTo(digest(CommandRun.of(client, "export").err()));
        assertThat(directory.resolve("input.jsonl.progress")).doesNotExist();
    }

    @Test
    void progressOfAnotherInputIsRefused() throws IOException {
        Path input = input(100);
        client.writesLeft = 40;
        CommandRun.of(client, "import", input.toString());
        client.writesLeft = 100;
        Files.writeString(input, Files.readString(input).replace("value 3\"", "changed\""));

        CommandRun run = CommandRun.of(client, "import", input.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("of another input");
        assertThat(client.writesLeft).isEqualTo(100);
    }

    @Test
    void damagedProgressFileIsRefused() throws IOException {
        Path input = input(3);
        Files.writeString(directory.resolve("input.jsonl.progress"), "nonsense");

        assertThat(CommandRun.of(client, "import", input.toString()).err()).contains("progress file");
    }

    @Test
    void lastRecordOfAKeyWins() {
        StringBuilder input = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            input.append("same\t").append(i).append('\n');
        }

        CommandRun run = CommandRun.withInput(client, input.toString(), "import", "-", "--format", "tsv");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(CommandRun.of(client, "get", "same").out()).isEqualTo("49\n");
    }

    @Test
    void malformedLineIsNamedByNumber() {
        CommandRun run = CommandRun.withInput(client, "{\"key\":\"a\",\"value\":\"b\"}\n\nrubbish\n", "import", "-");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("Line 3");
        assertThat(client.data).hasSize(1);
    }

    @Test
    void missingInputIsNamed() {
        CommandRun run =
                CommandRun.of(client, "import", directory.resolve("none").toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("cannot be read");
    }

    @Test
    void digestOnlyWritesNoData() {
        client.put(Bytes.utf8("a"), Bytes.utf8("b")).join();

        assertThat(CommandRun.of(client, "export", "--digest-only").out()).startsWith("exported 1 records  digest ");
    }

    private Path input(int records) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < records; i++) {
            lines.append("{\"key\":\"key")
                    .append(i)
                    .append("\",\"value\":\"value ")
                    .append(i)
                    .append("\"}\n");
        }
        return Files.writeString(directory.resolve("input.jsonl"), lines);
    }

    private static String digest(String text) {
        Matcher matcher = Pattern.compile("digest ([0-9a-f]{32})").matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }
}
