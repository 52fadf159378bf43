package io.ringkv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.client.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataCommandsTest {
    private final MemoryClient client = new MemoryClient();

    @Test
    void putThenGetPrintsTheValue() {
        assertThat(run("put", "hello", "world").out()).isEqualTo("OK\n");
        assertThat(run("get", "hello").out()).isEqualTo("world\n");
    }

    @Test
    void everyCommandClosesItsClient() {
        run("put", "a", "1");
        run("get", "missing");

        assertThat(client.closed).isEqualTo(2);
    }

    @Test
    void rawPrintsExactlyTheBytes() {
        byte[] binary = {0, (byte) 0xff, '\n', 7};
        client.put(Bytes.utf8("k"), Bytes.wrap(binary)).join();

        assertThat(run("get", "k", "-o", "raw").outBytes()).isEqualTo(binary);
    }

    @Test
    void jsonMarksBytesThatAreNoText() {
        client.put(Bytes.utf8("k"), Bytes.wrap(new byte[] {(byte) 0xff})).join();

        assertThat(run("get", "k", "-o", "jsonl").out())
                .contains("\"schema\":\"v1\"")
                .contains("\"value\":\"/w==\"")
                .contains("\"encoding\":\"base64\"");
    }

    @Test
    void missingKeyExitsWithThreeAndSaysSoOnStandardError() {
        CommandRun run = run("get", "nothing");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("KEY_NOT_FOUND: ").contains("nothing");
    }

    @Test
    void numbersThatAreNoneAreNamed() {
        CommandRun run = run("incr", "n", "five");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'five' is no whole number");
    }

    @Test
    void aNegativeLimitIsAUsageError() {
        CommandRun run = run("scan", "--limit", "-1");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("INVALID_ARGUMENT: --limit -1 is below 0");
    }

    @Test
    void aFileThatIsTooLargeIsRefusedWithItsSize(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("value"), new byte[2_000_000]);

        CommandRun run = run("put", "k", "-f", file.toString());

        assertThat(run.exitCode()).isEqualTo(9);
        assertThat(run.err()).startsWith("VALUE_TOO_LARGE: The value has 2000000 bytes; the limit is 1048576.");
    }

    @Test
    void aSessionRemembersThatAKeyWasMissing(@TempDir Path directory) {
        Path session = directory.resolve("session");

        assertThat(run("get", "nothing", "--session", session.toString()).exitCode())
                .isEqualTo(3);

        assertThat(session).exists();
    }

    @Test
    void errorsAreJsonWhenAskedFor() {
        assertThat(run("get", "nothing", "-o", "json").err())
                .startsWith("{\"schema\":\"v1\",\"error\":{\"code\":\"KEY_NOT_FOUND\"");
    }

    @Test
    void staleReadsSayHowOldTheyMayBe() {
        run("put", "k", "v");

        assertThat(run("get", "k", "--consistency", "stale").err()).contains("at most 40 ms old");
        assertThat(run("get", "k", "--consistency", "stale", "-o", "jsonl").out())
                .contains("\"stalenessMillis\":40");
    }

    @Test
    void sessionReadsNeedASessionFile() {
        CommandRun run = run("get", "k", "--consistency", "session");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--session FILE");
    }

    @Test
    void sessionFileCarriesTheTokenFromCommandToCommand(@TempDir Path directory) {
        Path file = directory.resolve("session");
        run("put", "k", "v", "--session", file.toString());

        run("get", "k", "--consistency", "session", "--session", file.toString());

        assertThat(client.joined).isPresent();
        assertThat(client.joined.get().revisions()).containsValue(1L);
    }

    @Test
    void valueComesFromFileOrStandardInput(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("value"), "from file\n");

        run("put", "a", "-f", file.toString());
        CommandRun.withInput(client, "from input", "put", "b", "-");

        assertThat(run("get", "a", "-o", "raw").out()).isEqualTo("from file\n");
        assertThat(run("get", "b", "-o", "raw").out()).isEqualTo("from input");
    }

    @Test
    void valueFromTwoPlacesIsRefused(@TempDir Path directory) {
        assertThat(run("put", "a", "x", "-f", directory.resolve("v").toString()).exitCode())
                .isEqualTo(2);
        assertThat(run("put", "a").exitCode()).isEqualTo(2);
    }

    @Test
    void casTellsThePresentStateWhenItIsRefused() {
        run("put", "owner", "you");

        CommandRun refused = run("cas", "owner", "me", "--expect", "nobody");

        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.err())
                .contains("VALUE_MISMATCH")
                .contains("revision 1")
                .contains("you");
        assertThat(run("cas", "owner", "me", "--expect", "you").exitCode()).isZero();
        assertThat(run("cas", "owner", "x", "--if-absent").exitCode()).isEqualTo(4);
        assertThat(run("cas", "owner", "--delete", "--expect-revision", "2").exitCode())
                .isZero();
        assertThat(run("cas", "owner", "x").exitCode()).isEqualTo(2);
    }

    @Test
    void deleteCountsWhatExisted() {
        run("put", "a", "1");

        assertThat(run("del", "a", "b").out()).isEqualTo("1\n");
        assertThat(run("del", "a").exitCode()).isEqualTo(3);
    }

    @Test
    void incrementPrintsTheNewValue() {
        assertThat(run("incr", "n").out()).isEqualTo("1\n");
        assertThat(run("incr", "n", "41").out()).isEqualTo("42\n");
        assertThat(run("incr", "n", "--", "-2").out()).isEqualTo("40\n");
    }

    @Test
    void largeNumbersAreStringsInJson() {
        assertThat(run("incr", "n", "9007199254740993", "-o", "jsonl").out())
                .contains("\"value\":\"9007199254740993\"");
    }

    @Test
    void scanStopsAtTheLimitAndSaysThatThereIsMore() {
        for (int i = 0; i < 150; i++) {
            run("put", String.format("k%03d", i), "v");
        }

        CommandRun table = run("scan", "k");
        assertThat(table.out().lines()).hasSize(100);
        assertThat(table.err()).contains("more");
        assertThat(run("scan", "k", "--limit", "0").out().lines()).hasSize(150);
        assertThat(run("scan", "-o", "jsonl", "--keys-only", "--start", "k100")
                        .out()
                        .lines())
                .hasSize(50)
                .first()
                .asString()
                .startsWith("{\"key\":\"k100\",\"createRevision\"");
    }

    @Test
    void mgetNamesWhatIsMissing() {
        run("put", "a", "1");

        assertThat(run("mget", "a", "b", "-o", "json").out()).contains("\"missing\" : [ \"b\" ]");
        assertThat(run("mget", "x").exitCode()).isEqualTo(3);
    }

    @Test
    void batchTakesOperationsFromArgumentsOrLines() {
        assertThat(run("batch", "put a 1", "put b 'two words'").out()).startsWith("OK  2 operations");
        assertThat(CommandRun.withInput(client, "# remark\nput c 3\n\ndel a\n", "batch")
                        .out())
                .startsWith("OK  2 operations");
        assertThat(run("get", "b").out()).isEqualTo("two words\n");
    }

    @Test
    void refusedBatchNamesTheOperation() {
        CommandRun run = run("batch", "put a 1", "cas a 2 --if-absent");

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).contains("Operation 2 of 2");
    }

    @Test
    void malformedBatchLineIsNamed() {
        assertThat(run("batch", "frobnicate a").err())
                .contains("INPUT_MALFORMED")
                .contains("frobnicate a");
        assertThat(run("batch", "incr a b").err()).contains("whole number");
    }

    @Test
    void base64ArgumentsAreBytes() {
        run("put", "--base64", "/w==", "AAE=");

        assertThat(client.data).containsKey(Bytes.wrap(new byte[] {(byte) 0xff}));
        assertThat(run("get", "--base64", "no!").exitCode()).isEqualTo(2);
    }

    @Test
    void unknownFlagIsNamedWithWhatIsMeant() {
        CommandRun run = run("put", "a", "b", "--ttll", "5s");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("UNKNOWN_FLAG").contains("--ttll").contains("--help");
    }

    @Test
    void unknownFlagIsNamedAlsoWhereAnArgumentIsMissing() {
        CommandRun run = run("get", "-x");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("UNKNOWN_FLAG").contains("'-x'").doesNotContain("KEY");
    }

    @Test
    void unavailableExitsWithFive() {
        client.writesLeft = 0;

        assertThat(run("put", "a", "1").exitCode()).isEqualTo(5);
    }

    @Test
    void everyCommandHasHelpWithAnExample() {
        for (String command : new String[] {
            "put",
            "get",
            "del",
            "cas",
            "incr",
            "scan",
            "mget",
            "batch",
            "import",
            "export",
            "status",
            "keyrange",
            "locate"
        }) {
            CommandRun help = run(command, "--help");
            assertThat(help.exitCode()).as(command).isZero();
            assertThat(help.out()).as(command).contains("Example").contains("ringkv " + command);
        }
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(client, arguments);
    }
}
