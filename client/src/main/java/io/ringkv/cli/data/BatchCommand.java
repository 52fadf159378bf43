package io.ringkv.cli.data;

import io.ringkv.cli.Console;
import io.ringkv.client.Batch;
import io.ringkv.client.BatchResult;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code batch OPERATION...}. */
@Command(
        name = "batch",
        description = {
            "Apply several operations to one shard: all or none. Exit code 4 when one refuses.",
            "An operation is one argument, or one line of standard input when there are no arguments:",
            "  put KEY VALUE",
            "  del KEY",
            "  incr KEY [DELTA]",
            "  cas KEY NEW --expect OLD | --expect-revision N | --if-absent",
            "  cad KEY --expect OLD | --expect-revision N      (compare and delete)",
            "Keys of one batch lie on one shard: give them a common {tag}. Quote each operation for the shell."
        },
        footer = {"", "Example:", "  ringkv batch 'incr {acc}ann -10' 'incr {acc}bob 10' 'put {acc}last \"to bob\"'"})
public final class BatchCommand extends WriteCommand {
    @Parameters(arity = "0..*", paramLabel = "OPERATION", description = "Operations, in their order.")
    private List<String> operations = List.of();

    @Override
    int write(RingKvClient client, Console console) throws IOException {
        Batch.Builder batch = Batch.builder();
        for (String line : operations.isEmpty() ? standardInput() : operations) {
            BatchLine.addTo(batch, arguments(), line);
        }
        int size = batch.size();
        BatchResult result = client.blocking().batch(batch.build(), writeOptions());
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.put("applied", result.applied());
            document.put("shard", result.shard().value());
            document.put("revision", result.revision());
            result.refusal().ifPresent(code -> document.put("refusal", code.name()));
            result.failedIndex().ifPresent(index -> document.put("failedIndex", index));
            console.document(document);
        } else if (result.applied()) {
            console.line("OK  " + size + " operations, revision " + result.revision());
        } else {
            ErrorCode code = result.refusal().orElse(ErrorCode.CONDITION_FAILED);
            console.warn(code.name() + ": Operation " + (result.failedIndex().orElse(0) + 1) + " of " + size
                    + " refused, so nothing was changed. " + code.meaning() + " " + code.advice());
        }
        return result.applied() ? 0 : ExitCode.CONDITION_FAILED.value();
    }

    private List<String> standardInput() throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(context().in(), StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        }
    }
}
