package io.ringkv.cli.transfer;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.client.Bytes;
import io.ringkv.client.ClientOptions;
import io.ringkv.client.KeyValue;
import io.ringkv.client.RingKvClient;
import io.ringkv.client.Scan;
import io.ringkv.client.ScanRequest;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code export [FILE]}. */
@Command(
        name = "export",
        description = {
            "Write all keys and values in key order, as JSON lines or TSV that 'ringkv import' reads.",
            "Prints the number of records and their order-independent digest: on standard error when the data goes to"
                    + " standard output. Keys that change meanwhile may appear in either state."
        },
        footer = {
            "",
            "Examples:",
            "  ringkv export backup.jsonl",
            "  ringkv export --prefix user/ --format tsv > users.tsv",
            "  ringkv export --digest-only"
        })
public final class ExportCommand extends ClientCommand {
    private static final int BUFFER_BYTES = 1 << 18;
    private static final String STANDARD_OUTPUT = "-";

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "Where to; default, or -: standard output.")
    private String target = STANDARD_OUTPUT;

    @Option(names = "--format", description = "${COMPLETION-CANDIDATES}. Default: by the name's ending, else jsonl.")
    private @Nullable TransferFormat format;

    @Option(names = "--prefix", paramLabel = "PREFIX", description = "Only keys that begin with this.")
    private String prefix = "";

    @Option(names = "--digest-only", description = "Read everything and write nothing but the summary.")
    private boolean digestOnly;

    @Override
    protected Duration defaultTimeout() {
        return Duration.ofSeconds(30);
    }

    @Override
    protected ClientOptions.Builder clientOptions() {
        return super.clientOptions().oneShot(false);
    }

    @Override
    protected int run(RingKvClient client, Console console) throws IOException {
        Path file = target.equals(STANDARD_OUTPUT) ? null : Path.of(target);
        ProgressBar bar =
                new ProgressBar("export", 0, context().errTerminal(), System.nanoTime(), text -> console.draw(text));
        DataDigest digest;
        if (digestOnly) {
            digest = export(client, OutputStream.nullOutputStream(), lines(null), bar);
        } else if (file == null) {
            OutputStream out = new BufferedOutputStream(context().out(), BUFFER_BYTES);
            digest = export(client, out, lines(null), bar);
        } else {
            digest = exportToFile(client, file, bar);
        }
        report(digest, file == null && !digestOnly, console);
        return 0;
    }

    /** The file appears under its name only when it is complete. */
    private DataDigest exportToFile(RingKvClient client, Path target, ProgressBar bar) throws IOException {
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial), BUFFER_BYTES)) {
            DataDigest digest = export(client, out, lines(target), bar);
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            return digest;
        } catch (IOException e) {
            throw new RingKvException(ErrorCode.INVALID_ARGUMENT, "The file " + target + " cannot be written", e);
        }
    }

    private TransferFormat lines(@Nullable Path file) {
        return format != null
                ? format
                : TransferFormat.ofFileName(file == null ? "" : String.valueOf(file.getFileName()));
    }

    private DataDigest export(RingKvClient client, OutputStream out, TransferFormat lines, ProgressBar bar)
            throws IOException {
        ScanRequest request = ScanRequest.prefix(Bytes.utf8(prefix)).withTimeout(timeout());
        DataDigest digest = new DataDigest();
        long bytes = 0;
        try (Scan scan = client.blocking().scan(request)) {
            while (scan.hasNext()) {
                KeyValue entry = scan.next();
                TransferRecord record = new TransferRecord(entry.key(), entry.value());
                digest.add(record);
                if (!digestOnly) {
                    out.write(lines.line(record));
                    out.write('\n');
                }
                bytes += record.key().size() + record.value().size();
                bar.update(digest.count(), bytes, System.nanoTime());
            }
        } finally {
            bar.end();
        }
        out.flush();
        return digest;
    }

    private static void report(DataDigest digest, boolean dataOnStandardOutput, Console console) {
        String text = "exported " + digest.count() + " records  digest " + digest.hex();
        if (dataOnStandardOutput) {
            console.warn(text);
        } else if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.put("records", digest.count());
            document.put("digest", digest.hex());
            console.document(document);
        } else {
            console.line(text);
        }
    }
}
