package io.ringkv.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An engine in another process is killed at random moments: while it applies, drains, writes or loads a snapshot, closes or
 * opens. Feared: that a later open shows a state that never was.
 */
class EngineCrashIT {

    private static final int LIVES = 14;
    private static final long LOG_SEED = 42;

    @TempDir
    private Path directory;

    @Test
    void killedEngineNeverShowsATornState() throws Exception {
        List<String> sources = new ArrayList<>();
        for (int life = 0; life < LIVES; life++) {
            sources.addAll(liveAndDie(life));
        }
        // The last look is this process's own.
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        CrashingEngine survivor =
                new CrashingEngine(directory, LOG_SEED, LIVES, new PrintStream(said, true, StandardCharsets.UTF_8));
        survivor.liveOnce();
        survivor.open().close();
        survivor.end();
        sources.addAll(said.toString(StandardCharsets.UTF_8).lines().toList());

        // The kills hit what they were meant to hit.
        assertThat(sources).anyMatch(line -> line.startsWith("opened kept"));
        assertThat(sources).anyMatch(line -> line.startsWith("opened snapshot"));
    }

    /** Runs a life in a process of its own, kills it, and returns what it said. */
    private List<String> liveAndDie(int life) throws Exception {
        Path said = directory.resolve("said-" + life);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingEngine.class.getName(),
                        directory.toString(),
                        Long.toString(LOG_SEED),
                        Long.toString(life))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            awaitOpened(process, said);
            boolean ended = process.waitFor(new Random(life).nextInt(700), TimeUnit.MILLISECONDS);
            assertThat(ended)
                    .as("life %d ended by itself: %s", life, Files.readString(said))
                    .isFalse();
        } finally {
            process.destroyForcibly();
            process.waitFor(30, TimeUnit.SECONDS);
        }
        List<String> lines = Files.readAllLines(said);
        assertThat(lines).as("life %d", life).noneMatch(line -> line.contains("Error") || line.contains("Exception"));
        return lines;
    }

    private static void awaitOpened(Process process, Path said) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.readString(said).contains("opened ")) {
            boolean ended = process.waitFor(20, TimeUnit.MILLISECONDS);
            assertThat(ended)
                    .as("ended before it opened: %s", Files.readString(said))
                    .isFalse();
            assertThat(System.nanoTime()).as("opening takes too long").isLessThan(deadline);
        }
    }
}
