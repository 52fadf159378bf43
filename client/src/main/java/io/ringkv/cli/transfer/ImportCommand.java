package io.ringkv.cli.transfer;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.client.ClientOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.client.WriteOptions;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.ExitCode;
import io.ringkv.common.error.RingKvException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code import FILE}. */
@Command(
        name = "import",
        description = {
            "Put every record of a file or of standard input (-).",
            "JSON lines: {\"key\": \"k\", \"value\": \"v\"}, other bytes as base64 with \"keyEncoding\" or \"encoding\".",
            "TSV: key, tab, value, with \\t \\n \\r \\\\ escaped.",
            "An import of a file that was cut off goes on where it stopped when it is started again; for standard input"
                    + " name a progress file. Prints the number of records and an order-independent digest that"
                    + " 'ringkv export' of the same data prints too (as long as no key comes twice)."
        },
        footer = {
            "",
            "Examples:",
            "  scripts/sample-data | ringkv import -",
            "  ringkv import users.tsv --parallel 1000"
        })
public final class ImportCommand extends ClientCommand {
    private static final int MOST_PARALLEL = 8192;

    @Parameters(index = "0", paramLabel = "FILE", description = "The input; - is standard input.")
    private String file = "-";

    @Option(names = "--format", description = "${COMPLETION-CANDIDATES}. Default: by the name's ending, else jsonl.")
    private @Nullable TransferFormat format;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "256",
            description = "Puts in flight, 1 to " + MOST_PARALLEL + ". Default: ${DEFAULT-VALUE}.")
    private int parallel = 256;

    @Option(
            names = "--progress-file",
            paramLabel = "FILE",
            description = "Where to keep how far the import has come. Default: FILE.progress beside the input; none for"
                    + " standard input. Deleted when the import is complete.")
    private @Nullable Path progressFile;

    @Override
    protected Duration defaultTimeout() {
        return Duration.ofSeconds(30);
    }

    @Override
    protected ClientOptions.Builder clientOptions() {
        return super.clientOptions().oneShot(false);
    }

    @Override
    protected int run(RingKvClient client, Console console) throws IOException, InterruptedException {
        if (parallel < 1 || parallel > MOST_PARALLEL) {
            throw new RingKvException(
                    ErrorCode.INVALID_ARGUMENT, "--parallel " + parallel + " is out of bounds: 1 to " + MOST_PARALLEL);
        }
        Path progress = progressFile != null ? progressFile : isStandardInput() ? null : Path.of(file + ".progress");
        ProgressBar bar = new ProgressBar(
                "import", inputBytes(), context().errTerminal(), System.nanoTime(), text -> console.draw(text));
        ImportRun.Summary summary;
        try (LineReader lines = new LineReader(open())) {
            summary = new ImportRun(
                            client,
                            WriteOptions.defaults().withTimeout(timeout()),
                            parallel,
                            format != null ? format : TransferFormat.ofFileName(file),
                            progress,
                            bar,
                            System::nanoTime)
                    .run(lines);
        }
        if (summary.failure() == null && progress != null) {
            Files.deleteIfExists(progress);
        }
        report(summary, progress, console);
        return summary.failure() == null ? 0 : exitCode(summary.failure());
    }

    private void report(ImportRun.Summary summary, @Nullable Path progress, Console console) {
        Throwable failure = summary.failure();
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.put("complete", failure == null);
            document.put("records", summary.records());
            document.put("skipped", summary.skipped());
            document.put("acknowledgedBeyond", summary.beyond());
            document.put("digest", summary.digest());
            console.document(document);
        } else {
            console.line((failure == null ? "imported " : "acknowledged ") + summary.records() + " records"
                    + (summary.skipped() > 0 ? " (" + summary.skipped() + " of them by an earlier run)" : "")
                    + "  digest " + summary.digest());
        }
        if (failure != null) {
            console.warn(String.valueOf(failure.getMessage()));
            console.warn("The first " + summary.records() + " records of the input are acknowledged, and "
                    + summary.beyond() + " after them. Run the same import again to complete it"
                    + (progress == null ? "." : "; it goes on where it stopped."));
        }
    }

    private static int exitCode(Throwable failure) {
        return failure instanceof RingKvException known
                ? known.code().exitCode().value()
                : ExitCode.FAILURE.value();
    }

    private boolean isStandardInput() {
        return file.equals("-");
    }

    private long inputBytes() throws IOException {
        return isStandardInput() || !Files.isRegularFile(Path.of(file)) ? 0 : Files.size(Path.of(file));
    }

    private InputStream open() {
        if (isStandardInput()) {
            return context().in();
        }
        try {
            return new BufferedInputStream(Files.newInputStream(Path.of(file)), 1 << 16);
        } catch (IOException e) {
            throw new RingKvException(ErrorCode.INPUT_MALFORMED, "The input " + file + " cannot be read", e);
        }
    }
}
