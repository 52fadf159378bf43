package io.ringkv.testing.ring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Starts each member as a process of its own, by the launcher of the distribution; kills by SIGKILL. */
final class ProcessLauncher implements Launcher {
    private static final Path RINGKV =
            Path.of(Objects.requireNonNull(System.getenv("RINGKV_HOME"), "RINGKV_HOME"), "bin", "ringkv");
    private static final long CLASS_DATA_SECONDS = 120;

    ProcessLauncher(Path directory) {
        // Many processes start faster with it.
        ProcessBuilder version = new ProcessBuilder(RINGKV.toString(), "version")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("version.log").toFile());
        version.environment().put("RINGKV_CLASS_DATA", "make");
        try {
            if (!version.start().waitFor(CLASS_DATA_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("ringkv version does not end");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public Member launch(String name, Path log, Map<String, String> settings) {
        List<String> words = new ArrayList<>(List.of(RINGKV.toString(), name.startsWith("m") ? "manager" : "server"));
        settings.forEach((key, value) -> words.addAll(List.of("-D", key + "=" + value)));
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // Small and quickly warm: they share two cores with the test.
        builder.environment().put("RINGKV_HEAP", name.startsWith("m") ? "96m" : "160m");
        builder.environment().put("RINGKV_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        try {
            return new Running(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError("interrupted", e);
    }

    private record Running(Process process) implements Member {
        @Override
        public void kill() {
            process.destroyForcibly();
            try {
                int unused = process.waitFor();
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }

        @Override
        public boolean isOver() {
            return !process.isAlive();
        }
    }
}
