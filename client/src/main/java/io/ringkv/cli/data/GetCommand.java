package io.ringkv.cli.data;

import io.ringkv.cli.Console;
import io.ringkv.cli.output.OutputFormat;
import io.ringkv.client.Bytes;
import io.ringkv.client.Consistency;
import io.ringkv.client.GetResult;
import io.ringkv.client.KeyValue;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code get KEY}. */
@Command(
        name = "get",
        description = "Print the value of a key. Exit code 3 when it does not exist.",
        footer = {
            "",
            "Examples:",
            "  ringkv get greeting",
            "  ringkv get logo -o raw > logo.png",
            "  ringkv get greeting -o json --consistency stale"
        })
public final class GetCommand extends ReadCommand {
    @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
    private String key = "";

    @Override
    int read(RingKvClient client, Consistency consistency, Console console) {
        Bytes keyBytes = arguments().bytes(key);
        GetResult result = client.blocking().get(keyBytes, readOptions(consistency));
        String remark = ReadFlags.remark(result.freshness());
        if (remark != null && !console.json()) {
            console.say(remark);
        }
        KeyValue entry = result.entry()
                .orElseThrow(() ->
                        new RingKvException(ErrorCode.KEY_NOT_FOUND, "The key \"" + keyBytes + "\" does not exist"));
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.putAll(describe(entry, true));
            document.put("shard", result.freshness().shard().value());
            ReadFlags.describe(document, result.freshness());
            console.document(document);
            return 0;
        }
        console.bytes(entry.value().toByteArray());
        if (console.format() != OutputFormat.RAW) {
            console.line("");
        }
        if (console.verbose()) {
            console.say("created at revision " + entry.createRevision() + ", changed at " + entry.modRevision()
                    + ", version " + entry.version() + ", shard "
                    + result.freshness().shard());
        }
        return 0;
    }
}
