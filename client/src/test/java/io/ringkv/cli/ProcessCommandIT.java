package io.ringkv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.config.Config;
import io.ringkv.common.config.Settings;
import io.ringkv.common.error.RingKvException;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Signals, sent to a process of its own. */
final class ProcessCommandIT {
    @Test
    void theFirstSignalStopsInGoodOrder() throws Exception {
        try (Child child = new Child("orderly")) {
            child.awaitLine("runs");

            child.signal();

            child.awaitLine("stopping in good order");
            child.awaitLine("closed");
            assertThat(child.exitCode()).isZero();
        }
    }

    @Test
    void aSecondSignalEndsTheProcessAtOnce() throws Exception {
        try (Child child = new Child("endless")) {
            child.awaitLine("runs");
            child.signal();
            child.awaitLine("stopping in good order");

            child.signal();

            assertThat(child.exitCode()).isEqualTo(130);
        }
    }

    private static final class Child implements AutoCloseable {
        private final Process process;
        private final BufferedReader said;

        Child(String command) throws Exception {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            ChildMain.class.getName(),
                            command)
                    .redirectErrorStream(true)
                    .start();
            said = process.inputReader(StandardCharsets.UTF_8);
        }

        /** The default time limit of tests ends it if the line never comes. */
        void awaitLine(String beginning) throws Exception {
            String line = said.readLine();
            while (line != null && !line.startsWith(beginning)) {
                line = said.readLine();
            }
            assertThat(line).as("line that begins with \"%s\"", beginning).isNotNull();
        }

        /** SIGTERM; in contrast to {@link Process#destroy} it leaves the streams open. */
        void signal() {
            assertThat(process.toHandle().destroy()).isTrue();
        }

        int exitCode() throws InterruptedException {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** The command line with two more processes to run. */
    static final class ChildMain {
        private ChildMain() {}

        public static void main(String[] arguments) {
            CommandLine root = Main.commandLine(CliContext.ofProcess());
            root.addSubcommand(new OrderlyCommand());
            root.addSubcommand(new EndlessCommand());
            System.exit(root.execute(arguments));
        }
    }

    @Command(name = "orderly")
    private static final class OrderlyCommand extends TestCommand {
        OrderlyCommand() {
            super(new CountDownLatch(0));
        }
    }

    @Command(name = "endless")
    private static final class EndlessCommand extends TestCommand {
        EndlessCommand() {
            super(new CountDownLatch(1));
        }
    }

    private abstract static class TestCommand extends ProcessCommand {
        private final CountDownLatch stopped;

        TestCommand(CountDownLatch stopped) {
            this.stopped = stopped;
        }

        @Override
        protected Settings settings() {
            return Settings.of();
        }

        @Override
        protected RunningProcess start(Config config) {
            return new RunningProcess() {
                @Override
                public String description() {
                    return "runs";
                }

                @Override
                public CompletableFuture<RingKvException> failure() {
                    return new CompletableFuture<>();
                }

                @Override
                public void close() {
                    try {
                        stopped.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    System.out.println("closed");
                }
            };
        }
    }
}
