package io.ringkv.testing.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** An import of a file, and the death of all servers and managers in its middle. */
final class KilledImport {
    private static final long SLOWLY_NANOS = 20_000_000;

    private final ClusterProcesses cluster;
    private final Path input;
    private final Path progress;

    KilledImport(ClusterProcesses cluster, Path input) {
        this.cluster = cluster;
        this.input = input;
        this.progress = input.resolveSibling(input.getFileName() + ".progress");
    }

    /**
     * Feeds the file to an import, kills everything once some of it is reported as acknowledged and before all of it was fed,
     * and waits until the import has given up.
     *
     * @return how many records from the beginning are acknowledged, by the import's own word
     */
    int run(int records) throws IOException {
        try (CommandRun run =
                cluster.ringkv("import", "-", "--progress-file", progress.toString(), "--timeout", "3s")) {
            feed(run, records);
            assertThat(run.exitCode()).as(run.said()).isNotZero();
            assertThat(run.out()).as(run.said()).contains("acknowledged " + acknowledged() + " records");
        }
        return acknowledged();
    }

    private void feed(CommandRun run, int records) throws IOException {
        int killAfter = records / 4;
        int fed = 0;
        boolean killed = false;
        try (BufferedReader lines = Files.newBufferedReader(input);
                Writer out = run.process().outputWriter(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.write(line + "\n");
                fed++;
                if (!killed && fed >= killAfter) {
                    out.flush();
                    if (acknowledged() > 0) {
                        cluster.kill("all");
                        killed = true;
                    } else {
                        // It notes what is acknowledged now and then, when it is fed.
                        LockSupport.parkNanos(SLOWLY_NANOS);
                    }
                }
            }
        } catch (IOException e) {
            assertThat(killed).as("%s; it was fed %d records", run.said(), fed).isTrue();
        }
        assertThat(killed).as("killed after %d records", fed).isTrue();
    }

    /** By the progress file. */
    private int acknowledged() {
        return Files.exists(progress)
                ? Integer.parseInt(CommandRun.read(progress).lines().toList().get(1))
                : 0;
    }

    /** Imports the file again, from where it stopped; the digest that it reports. */
    String complete(int records, int before) {
        try (CommandRun run = cluster.ringkv("import", input.toString())) {
            assertThat(run.exitCode()).as(run.said()).isZero();
            assertThat(run.out())
                    .startsWith("imported " + records + " records (" + before + " of them by an earlier run)");
            return digest(run);
        }
    }

    /** Digest of everything that is stored. */
    String exported(int records) {
        try (CommandRun run = cluster.ringkv("export", "--digest-only")) {
            assertThat(run.exitCode()).as(run.said()).isZero();
            assertThat(run.out()).startsWith("exported " + records + " records");
            return digest(run);
        }
    }

    private static String digest(CommandRun run) {
        List<String> words = List.of(run.out().strip().split(" +"));
        return words.get(words.indexOf("digest") + 1);
    }
}
