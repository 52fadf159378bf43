package io.ringkv.cli.data;

import io.ringkv.cli.Console;
import io.ringkv.cli.output.ByteText;
import io.ringkv.cli.output.Table;
import io.ringkv.client.Bytes;
import io.ringkv.client.Consistency;
import io.ringkv.client.KeyValue;
import io.ringkv.client.MultiGetResult;
import io.ringkv.client.ReadFreshness;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ExitCode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mget KEY...}. */
@Command(
        name = "mget",
        description = "Print several keys, which may lie on any shards. Exit code 3 when none exists.",
        footer = {"", "Example:", "  ringkv mget a b c -o jsonl"})
public final class MultiGetCommand extends ReadCommand {
    @Parameters(arity = "1..*", paramLabel = "KEY", description = "The keys.")
    private List<String> keys = List.of();

    @Override
    int read(RingKvClient client, Consistency consistency, Console console) {
        List<Bytes> keyBytes = keys.stream().map(arguments()::bytes).toList();
        MultiGetResult result = client.blocking().multiGet(keyBytes, readOptions(consistency));
        if (!console.json()) {
            for (ReadFreshness freshness : result.freshness()) {
                String remark = ReadFlags.remark(freshness);
                if (remark != null) {
                    console.say(remark);
                }
            }
        }
        print(keyBytes, result, console);
        return result.entries().isEmpty() ? ExitCode.NOT_FOUND.value() : 0;
    }

    private static void print(List<Bytes> keys, MultiGetResult result, Console console) {
        switch (console.format()) {
            case JSON -> {
                Map<String, @Nullable Object> document = Console.document();
                document.put(
                        "entries",
                        result.entries().values().stream()
                                .map(entry -> describe(entry, true))
                                .toList());
                document.put(
                        "missing",
                        keys.stream()
                                .filter(key -> !result.entries().containsKey(key))
                                .map(ByteText::visible)
                                .toList());
                console.document(document);
            }
            case JSONL -> result.entries().values().forEach(entry -> console.jsonLine(describe(entry, true)));
            case RAW ->
                result.entries()
                        .values()
                        .forEach(entry -> console.bytes(entry.value().toByteArray()));
            case TABLE, SVG -> {
                Table table = new Table("KEY", "REVISION", "VERSION", "VALUE");
                for (KeyValue entry : result.entries().values()) {
                    table.row(
                            ByteText.visible(entry.key()),
                            entry.modRevision(),
                            entry.version(),
                            ByteText.visible(entry.value()));
                }
                console.table(table);
            }
        }
    }
}
