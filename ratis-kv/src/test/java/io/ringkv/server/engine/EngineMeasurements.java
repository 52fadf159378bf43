package io.ringkv.server.engine;

import io.ringkv.common.ring.TokenRange;
import io.ringkv.server.log.EntryEncoder;
import io.ringkv.server.log.EntryHeader;
import io.ringkv.server.log.LogOperationType;
import io.ringkv.server.shard.Position;
import io.ringkv.server.shard.ShardFixture;
import io.ringkv.server.storage.mapdb.MapDbOptions;
import io.ringkv.server.storage.mapdb.MapDbStoreProvider;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Measures one engine alone, to be run by hand: cost of puts and reads, how long a snapshot delays applies, how long loading
 * and clean closing take. On a busy machine the wall-clock figures say little; those by CPU time of the applying thread do.
 * Arguments: directory, number of keys, bytes of a value.
 */
final class EngineMeasurements {

    private static final int OPERATIONS = 128;

    private final PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true);
    private final Random random = new Random(1);
    private final int keys;
    private final byte[][] bodies;
    private long index;
    private long sequence;
    private long longestCpu;

    private EngineMeasurements(int keys, int valueBytes) {
        this.keys = keys;
        this.bodies = new byte[keys][];
        for (int i = 0; i < keys; i++) {
            String key = String.format(Locale.ROOT, "%016x", new Random(i).nextLong());
            bodies[i] = ShardFixture.put(key, "v".repeat(valueBytes)).toByteArray();
        }
    }

    public static void main(String[] arguments) throws Exception {
        new EngineMeasurements(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]))
                .run(Path.of(arguments[0]));
    }

    private void run(Path directory) throws Exception {
        ExecutorService background = Executors.newSingleThreadExecutor();
        ReplicaEngines engines = new ReplicaEngines(new ReplicaEngines.Services(
                new MapDbStoreProvider(MapDbOptions.DEFAULTS),
                background,
                new SnapshotPermit(),
                EngineSettings.DEFAULTS,
                "boot"));
        Path store = directory.resolve("engine");
        ShardEngine engine = engines.open(ShardFixture.SHARD, 1, store, position -> true);
        create(engine);
        fill(engine);
        say(
                "data: %d keys, %.1f MB, file %.1f MB",
                engine.stats().keys(), mb(engine.stats().dataBytes()), mb(size(store)));
        for (int round = 0; round < 4; round++) {
            puts(engine, 200_000, "overwrites");
            gets(engine);
        }
        SnapshotFile snapshot = snapshotUnderLoad(engine, directory.resolve("outbox"));
        for (int round = 1; round < 4; round++) {
            snapshot = snapshotUnderLoad(engine, directory.resolve("outbox"));
        }
        puts(engine, 200_000, "overwrites after");
        load(engines, directory, snapshot);
        long begin = System.nanoTime();
        engine.close();
        say("clean close: %.0f ms", millis(begin));
        begin = System.nanoTime();
        ShardEngine reopened = engines.open(ShardFixture.SHARD, 1, store, position -> true);
        say("clean open: %.0f ms, at %s", millis(begin), reopened.applied());
        reopened.close();
        background.shutdown();
    }

    private void create(ShardEngine engine) throws Exception {
        EntryEncoder encoder = new EntryEncoder();
        encoder.add(
                LogOperationType.CREATE_SHARD,
                ShardFixture.createBody(TokenRange.fullCircle()).toByteArray());
        engine.apply(new Position(1, index++), encoder.finish(header()));
    }

    private static EntryHeader header() {
        return new EntryHeader(1, ShardFixture.SHARD.value(), 1, 1, 0, 0, 1);
    }

    private byte[] entry(int first) {
        EntryEncoder encoder = new EntryEncoder();
        for (int i = 0; i < OPERATIONS; i++) {
            byte[] body = bodies[first < 0 ? random.nextInt(keys) : (first + i) % keys];
            sequence++;
            encoder.addOpening(
                    LogOperationType.PUT, 1, 1, 0, sequence, Math.max(1, sequence - 256), body, 0, body.length);
        }
        return encoder.finish(header());
    }

    private void fill(ShardEngine engine) throws Exception {
        for (int first = 0; first < keys; first += OPERATIONS) {
            engine.apply(new Position(1, index++), entry(first));
        }
    }

    private void puts(ShardEngine engine, int count, String what) throws Exception {
        byte[][] entries = new byte[count / OPERATIONS][];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = entry(-1);
        }
        long cpu = cpuNanos();
        long begin = System.nanoTime();
        for (byte[] entry : entries) {
            engine.apply(new Position(1, index++), entry);
        }
        long operations = (long) entries.length * OPERATIONS;
        say(
                "%s: %.2f us a put (wall), %.2f us (cpu)",
                what, (System.nanoTime() - begin) / 1e3 / operations, (cpuNanos() - cpu) / 1e3 / operations);
    }

    private void gets(ShardEngine engine) throws Exception {
        byte[][] wanted = new byte[100_000][];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = io.ringkv.rpc.PutOp.parseFrom(bodies[random.nextInt(keys)])
                    .getKey()
                    .toByteArray();
        }
        long cpu = cpuNanos();
        for (byte[] key : wanted) {
            if (engine.reader().get(key) == null) {
                throw new AssertionError("missing");
            }
        }
        say("gets: %.2f us (cpu)", (cpuNanos() - cpu) / 1e3 / wanted.length);
    }

    private SnapshotFile snapshotUnderLoad(ShardEngine engine, Path outbox) throws Exception {
        byte[][] entries = new byte[4_000][];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = entry(-1);
        }
        longestCpu = 0;
        long[] before = new long[1_000];
        for (int i = 0; i < before.length; i++) {
            before[i] = timedApply(engine, entries[i]);
        }
        long cpuBefore = longestCpu;
        longestCpu = 0;
        long begin = System.nanoTime();
        SnapshotFile found = engine.pollSnapshot(outbox);
        long longestPoll = System.nanoTime() - begin;
        long[] during = new long[entries.length - before.length];
        int count = 0;
        while (count < during.length && found == null) {
            during[count] = timedApply(engine, entries[before.length + count]);
            count++;
            long poll = System.nanoTime();
            found = engine.pollSnapshot(outbox);
            longestPoll = Math.max(longestPoll, System.nanoTime() - poll);
        }
        double total = millis(begin);
        while (found == null) {
            found = engine.pollSnapshot(outbox);
        }
        int drained = Math.min(during.length, count + 500);
        for (; count < drained; count++) {
            during[count] = timedApply(engine, entries[before.length + count]);
        }
        say(
                "snapshot of %.1f MB in %.0f ms beside %d entries of %d puts: apply before p50 %.2f p99 %.2f max %.2f ms,"
                        + " during p50 %.2f p99 %.2f max %.2f ms; longest by cpu before %.2f, during %.2f ms;"
                        + " longest poll %.2f ms",
                mb(found.sizeBytes()),
                total,
                count,
                OPERATIONS,
                quantile(before, before.length, 0.5),
                quantile(before, before.length, 0.99),
                quantile(before, before.length, 1),
                quantile(during, count, 0.5),
                quantile(during, count, 0.99),
                quantile(during, count, 1),
                cpuBefore / 1e6,
                longestCpu / 1e6,
                longestPoll / 1e6);
        return found;
    }

    private long timedApply(ShardEngine engine, byte[] entry) throws Exception {
        long cpu = cpuNanos();
        long begin = System.nanoTime();
        engine.apply(new Position(1, index++), entry);
        long end = System.nanoTime();
        longestCpu = Math.max(longestCpu, cpuNanos() - cpu);
        return end - begin;
    }

    private void load(ReplicaEngines engines, Path directory, SnapshotFile snapshot) throws Exception {
        ShardEngine loaded = engines.open(ShardFixture.SHARD, 1, directory.resolve("loaded"), position -> false);
        for (int round = 0; round < 3; round++) {
            long begin = System.nanoTime();
            loaded.load(snapshot);
            say("load: %.0f ms, file %.1f MB", millis(begin), mb(size(directory.resolve("loaded"))));
        }
        loaded.close();
    }

    private static double quantile(long[] nanos, int count, double quantile) {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[Math.min(count - 1, (int) (count * quantile))] / 1e6;
    }

    private static long size(Path directory) throws Exception {
        try (var files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static long cpuNanos() {
        return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double millis(long begin) {
        return (System.nanoTime() - begin) / 1e6;
    }

    private static double mb(long bytes) {
        return bytes / 1e6;
    }

    private void say(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }
}
