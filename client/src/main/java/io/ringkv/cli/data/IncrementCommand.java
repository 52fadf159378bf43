package io.ringkv.cli.data;

import io.ringkv.cli.Console;
import io.ringkv.cli.output.ByteText;
import io.ringkv.client.Bytes;
import io.ringkv.client.IncrementResult;
import io.ringkv.client.RingKvClient;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code incr KEY [DELTA]}. */
@Command(
        name = "incr",
        aliases = "increment",
        description =
                "Add to a 64-bit counter, stored as decimal text; a missing key counts as 0. Prints the new value.",
        footer = {"", "Examples:", "  ringkv incr visits", "  ringkv incr stock -- -5"})
public final class IncrementCommand extends WriteCommand {
    @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
    private String key = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DELTA",
            defaultValue = "1",
            description = "What to add, may be negative (after --). Default: ${DEFAULT-VALUE}.")
    private long delta = 1;

    @Override
    int write(RingKvClient client, Console console) {
        Bytes keyBytes = arguments().bytes(key);
        IncrementResult result = client.blocking().increment(keyBytes, delta, writeOptions());
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            ByteText.putKey(document, keyBytes);
            document.put("value", result.value());
            document.put("revision", result.revision());
            console.document(document);
        } else {
            console.line(Long.toString(result.value()));
        }
        return 0;
    }
}
