package io.ringkv.cli.data;

import io.ringkv.cli.Console;
import io.ringkv.cli.output.ByteText;
import io.ringkv.client.Bytes;
import io.ringkv.client.DeleteResult;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ExitCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code del KEY...}. */
@Command(
        name = "del",
        aliases = {"delete", "rm"},
        description = "Delete keys. Prints how many existed; exit code 3 when none did.",
        footer = {"", "Example:", "  ringkv del greeting"})
public final class DeleteCommand extends WriteCommand {
    @Parameters(arity = "1..*", paramLabel = "KEY", description = "Keys to delete, each on its own.")
    private List<String> keys = List.of();

    @Override
    int write(RingKvClient client, Console console) {
        int existed = 0;
        List<Map<String, @Nullable Object>> results = new ArrayList<>();
        for (String key : keys) {
            Bytes keyBytes = arguments().bytes(key);
            DeleteResult result = client.blocking().delete(keyBytes, writeOptions());
            existed += result.existed() ? 1 : 0;
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            ByteText.putKey(object, keyBytes);
            object.put("existed", result.existed());
            object.put("revision", result.revision());
            results.add(object);
        }
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.put("deleted", existed);
            document.put("keys", results);
            console.document(document);
        } else {
            console.line(Integer.toString(existed));
        }
        return existed > 0 ? 0 : ExitCode.NOT_FOUND.value();
    }
}
