package io.ringkv.cli.transfer;

import io.ringkv.client.Bytes;
import io.ringkv.client.PutResult;
import io.ringkv.client.RingKvClient;
import io.ringkv.client.WriteOptions;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One import: reads records, keeps a bounded number of puts in flight, and knows at every moment which records are
 * acknowledged.
 *
 * <p>Two puts of one key are never in flight at the same time, so the last record of a key wins as in the input. The
 * first failure ends the reading; puts in flight are awaited, so that what is reported as acknowledged is complete.
 *
 * <p>Threading: {@link #run} on one thread; acknowledgements arrive on the client's threads and are counted under this
 * object's lock.
 */
final class ImportRun {
    private static final long SAVE_NANOS = 500_000_000L;

    private final RingKvClient client;
    private final WriteOptions writeOptions;
    private final int parallelism;
    private final TransferFormat format;
    private final @Nullable Path progressFile;
    private final ProgressBar bar;
    private final LongSupplier nanos;

    private final AcknowledgedPrefix acknowledged = new AcknowledgedPrefix();
    private final Set<Bytes> keysInFlight = new HashSet<>();
    private @Nullable Throwable failure;
    private long savedNanos;
    private long savedRecords;

    ImportRun(
            RingKvClient client,
            WriteOptions writeOptions,
            int parallelism,
            TransferFormat format,
            @Nullable Path progressFile,
            ProgressBar bar,
            LongSupplier nanos) {
        this.client = client;
        this.writeOptions = writeOptions;
        this.parallelism = parallelism;
        this.format = format;
        this.progressFile = progressFile;
        this.bar = bar;
        this.nanos = nanos;
        this.savedNanos = nanos.getAsLong();
    }

    /**
     * Result of an import.
     *
     * @param records acknowledged from the beginning of the input, without a gap
     * @param skipped of these, acknowledged by an earlier run already
     * @param beyond acknowledged after the first gap; 0 when complete
     * @param digest of the records from the beginning
     * @param failure why the import ended early; null when it is complete
     */
    record Summary(
            long records,
            long skipped,
            int beyond,
            String digest,
            @Nullable Throwable failure) {}

    Summary run(LineReader lines) throws IOException, InterruptedException {
        ImportProgress before = progressFile == null ? ImportProgress.NONE : ImportProgress.load(progressFile);
        long number = 0;
        try {
            while (!failed() && lines.next()) {
                if (lines.length() == 0) {
                    continue;
                }
                TransferRecord record = parse(lines);
                if (number < before.records()) {
                    skip(number, record, before);
                } else {
                    send(number, record);
                }
                number++;
                bar.update(number, lines.bytesRead(), nanos.getAsLong());
                saveNowAndThen();
            }
            if (!failed() && number < before.records()) {
                throw otherInput(before, number);
            }
        } finally {
            awaitInFlight(0);
            bar.end();
        }
        save();
        synchronized (this) {
            return new Summary(
                    acknowledged.length(),
                    Math.min(before.records(), acknowledged.length()),
                    acknowledged.beyond(),
                    acknowledged.digest(),
                    failure);
        }
    }

    private TransferRecord parse(LineReader lines) {
        try {
            return format.parse(lines.line(), lines.length());
        } catch (RingKvException e) {
            throw RingKvException.builder(e.code())
                    .sentence("Line " + lines.lineNumber() + " of the input cannot be used")
                    .reason(String.valueOf(e.getMessage()))
                    .build();
        }
    }

    /** Records of an earlier run count as acknowledged, once their digest shows that they are the same. */
    private void skip(long number, TransferRecord record, ImportProgress before) {
        synchronized (this) {
            acknowledged.acknowledge(number, record);
            if (number + 1 == before.records() && !acknowledged.digest().equals(before.digest())) {
                throw otherInput(before, number + 1);
            }
        }
    }

    private RingKvException otherInput(ImportProgress before, long read) {
        return RingKvException.builder(ErrorCode.INPUT_MALFORMED)
                .sentence("The progress file " + progressFile + " is of another input: it speaks of " + before.records()
                        + " records, and the first " + read + " of this input differ")
                .advice("Give the same input, or delete the progress file to import from the beginning")
                .build();
    }

    private void send(long number, TransferRecord record) throws InterruptedException {
        synchronized (this) {
            while (keysInFlight.size() >= parallelism || keysInFlight.contains(record.key())) {
                wait();
            }
            if (failure != null) {
                return;
            }
            keysInFlight.add(record.key());
        }
        CompletableFuture<PutResult> unusedAsCompletedTellsAll = client.put(record.key(), record.value(), writeOptions)
                .whenComplete((result, thrown) -> completed(number, record, thrown));
    }

    private synchronized void completed(long number, TransferRecord record, @Nullable Throwable thrown) {
        keysInFlight.remove(record.key());
        if (thrown == null) {
            acknowledged.acknowledge(number, record);
        } else if (failure == null) {
            failure = thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        }
        notifyAll();
    }

    private synchronized boolean failed() {
        return failure != null;
    }

    private synchronized void awaitInFlight(int most) throws InterruptedException {
        while (keysInFlight.size() > most) {
            wait();
        }
    }

    private void saveNowAndThen() throws IOException {
        if (progressFile != null && nanos.getAsLong() - savedNanos > SAVE_NANOS) {
            save();
        }
    }

    private void save() throws IOException {
        if (progressFile == null) {
            return;
        }
        ImportProgress now;
        synchronized (this) {
            now = new ImportProgress(acknowledged.length(), acknowledged.digest());
        }
        if (now.records() > savedRecords) {
            now.save(progressFile);
            savedRecords = now.records();
        }
        savedNanos = nanos.getAsLong();
    }
}
