package io.ringkv.cli.look;

import io.ringkv.common.time.NanoClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * What was measured of a machine and one of its disks.
 *
 * @param syncMedianMicros median time to force 4 KiB to the disk
 * @param syncWorstMicros longest of all
 * @param freeBytes free on the disk
 * @param totalBytes size of the disk
 * @param openFiles most files a process may have open; 0 = not known
 * @param javaVersion feature version of this Java
 */
record MachineFacts(
        long syncMedianMicros, long syncWorstMicros, long freeBytes, long totalBytes, long openFiles, int javaVersion) {
    private static final int SYNCS = 100;
    private static final int BLOCK_BYTES = 4_096;
    private static final int NANOS_PER_MICRO = 1_000;

    /**
     * Measures, for a second at most unless the disk is very slow: writes to a file of its own in the directory, and deletes
     * it.
     */
    static MachineFacts measure(Path directory, NanoClock clock) throws IOException {
        Path file = Files.createTempFile(directory, "ringkv-doctor", ".tmp");
        long[] micros = new long[SYNCS];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < SYNCS; i++) {
                long begin = clock.nanos();
                channel.write(ByteBuffer.allocate(BLOCK_BYTES));
                channel.force(false);
                micros[i] = (clock.nanos() - begin) / NANOS_PER_MICRO;
            }
        } finally {
            Files.deleteIfExists(file);
        }
        Arrays.sort(micros);
        FileStore disk = Files.getFileStore(directory);
        return new MachineFacts(
                micros[SYNCS / 2],
                micros[SYNCS - 1],
                disk.getUsableSpace(),
                disk.getTotalSpace(),
                mostOpenFiles(),
                Runtime.version().feature());
    }

    private static long mostOpenFiles() {
        try {
            return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                    .filter(line -> line.startsWith("Max open files"))
                    .map(line ->
                            line.substring("Max open files".length()).trim().split("\\s+", 2)[0])
                    .mapToLong(limit -> limit.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limit))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | NumberFormatException notLinux) {
            return 0;
        }
    }
}
