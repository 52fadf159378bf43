package io.ringkv.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
    @TempDir
    private Path directory;

    @Test
    void refusesASecondHolderInTheSameProcess() throws Exception {
        try (DirectoryLock first = DirectoryLock.take(directory)) {
            assertLocked(directory);
            assertLocked(directory.resolve("."));
            assertThat(first).isNotNull();
        }

        DirectoryLock.take(directory).close();
    }

    @Test
    void staysLockedForOtherProcessesAfterARefusalInThisOne() throws Exception {
        try (DirectoryLock first = DirectoryLock.take(directory)) {
            assertLocked(directory);

            assertThat(otherProcess())
                    .isEqualTo("DATA_DIRECTORY_LOCKED by "
                            + ProcessHandle.current().pid());
            assertThat(first).isNotNull();
        }
        assertThat(otherProcess()).isEqualTo("taken");
    }

    private static void assertLocked(Path directory) {
        assertThatThrownBy(() -> DirectoryLock.take(directory))
                .isInstanceOfSatisfying(
                        RingKvException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_DIRECTORY_LOCKED))
                .hasMessageContaining("Process " + ProcessHandle.current().pid() + " uses the data directory");
    }

    private String otherProcess() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return String.valueOf(line);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Tries to take the lock and says what came of it. */
    static final class OtherProcess {
        private OtherProcess() {}

        public static void main(String[] arguments) throws Exception {
            try (DirectoryLock lock = DirectoryLock.take(Path.of(arguments[0]))) {
                System.out.println(lock == null ? "nothing" : "taken");
            } catch (RingKvException e) {
                String message = String.valueOf(e.getMessage());
                String pid = message.replaceAll("^.*Process (\\d+) uses.*$", "$1");
                System.out.println(e.code() + " by " + pid);
            }
        }
    }
}
