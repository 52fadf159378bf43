package io.ringkv.cli.data;

import io.ringkv.cli.Console;
import io.ringkv.cli.output.ByteText;
import io.ringkv.cli.output.OutputFormat;
import io.ringkv.client.Bytes;
import io.ringkv.client.Consistency;
import io.ringkv.client.KeyValue;
import io.ringkv.client.RingKvClient;
import io.ringkv.client.Scan;
import io.ringkv.client.ScanRequest;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.common.limit.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code scan [PREFIX]}. */
@Command(
        name = "scan",
        description =
                "Print keys in order, over all shards. Not one snapshot: keys that change meanwhile may or may not"
                        + " show the change.",
        footer = {
            "",
            "Examples:",
            "  ringkv scan user/",
            "  ringkv scan --start a --end b --limit 100 --keys-only",
            "  ringkv scan -o jsonl > everything.jsonl"
        })
public final class ScanCommand extends ReadCommand {
    private static final int DEFAULT_LIMIT = 100;

    @Parameters(index = "0", arity = "0..1", paramLabel = "PREFIX", description = "Only keys that begin with this.")
    private @Nullable String prefix;

    @Option(names = "--start", paramLabel = "KEY", description = "First key, inclusive.")
    private @Nullable String start;

    @Option(names = "--end", paramLabel = "KEY", description = "Where to stop, exclusive.")
    private @Nullable String end;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Most keys to print, 0 = all. Default: " + DEFAULT_LIMIT + " as a table, else all.")
    private @Nullable Long limit;

    @Option(names = "--keys-only", description = "Do not print values.")
    private boolean keysOnly;

    @Override
    int read(RingKvClient client, Consistency consistency, Console console) {
        if (limit != null && limit < 0) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT, "--limit " + limit + " is below 0, which means all keys");
        }
        boolean table = console.format() == OutputFormat.TABLE;
        long most = limit != null ? limit : table ? DEFAULT_LIMIT : 0;
        ScanRequest request = new ScanRequest(
                bound(start),
                bound(end),
                bound(prefix),
                table && limit == null ? most + 1 : most,
                keysOnly,
                Limits.MAX_SCAN_PAGE_ENTRIES,
                consistency,
                timeout());
        long printed = 0;
        try (Scan scan = client.blocking().scan(request)) {
            List<Map<String, @Nullable Object>> entries = new ArrayList<>();
            while (scan.hasNext()) {
                KeyValue entry = scan.next();
                if (table && limit == null && printed == most) {
                    console.say("... there is more (--limit N, or --limit 0 for all)");
                    break;
                }
                printed++;
                if (console.format() == OutputFormat.JSON) {
                    entries.add(describe(entry, !keysOnly));
                } else {
                    print(entry, console);
                }
            }
            if (console.format() == OutputFormat.JSON) {
                Map<String, @Nullable Object> document = Console.document();
                document.put("entries", entries);
                document.put("count", printed);
                console.document(document);
            }
        }
        return 0;
    }

    private void print(KeyValue entry, Console console) {
        switch (console.format()) {
            case JSONL -> console.jsonLine(describe(entry, !keysOnly));
            case RAW -> {
                console.bytes((keysOnly ? entry.key() : entry.value()).toByteArray());
                console.line("");
            }
            default ->
                console.line(ByteText.visible(entry.key()) + (keysOnly ? "" : "\t" + ByteText.visible(entry.value())));
        }
    }

    private Bytes bound(@Nullable String argument) {
        return argument == null ? Bytes.empty() : arguments().bytes(argument);
    }
}
