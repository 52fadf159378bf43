package io.ringkv.cli.data;

import io.ringkv.cli.Console;
import io.ringkv.cli.output.ByteText;
import io.ringkv.client.Bytes;
import io.ringkv.client.PutResult;
import io.ringkv.client.RingKvClient;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code put KEY VALUE}. */
@Command(
        name = "put",
        aliases = "set",
        description = "Set the value of a key, whether it exists or not.",
        footer = {
            "",
            "Examples:",
            "  ringkv put greeting hello",
            "  ringkv put logo -f logo.png",
            "  echo -n hello | ringkv put greeting -"
        })
public final class PutCommand extends WriteCommand {
    @Parameters(index = "0", paramLabel = "KEY", description = "The key, 1 to 4096 bytes.")
    private String key = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "VALUE", description = "The value; - reads standard input.")
    private @Nullable String value;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Take the value from this file, byte for byte.")
    private @Nullable Path file;

    @Override
    int write(RingKvClient client, Console console) {
        Bytes keyBytes = arguments().bytes(key);
        Bytes valueBytes = arguments().value(value, file, context().in());
        PutResult result = client.blocking().put(keyBytes, valueBytes, writeOptions());
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            ByteText.putKey(document, keyBytes);
            document.put("shard", result.shard().value());
            document.put("revision", result.revision());
            document.put("version", result.version());
            console.document(document);
        } else if (console.verbose()) {
            console.line("OK  shard " + result.shard() + "  revision " + result.revision() + "  version "
                    + result.version());
        } else {
            console.line("OK");
        }
        return 0;
    }
}
