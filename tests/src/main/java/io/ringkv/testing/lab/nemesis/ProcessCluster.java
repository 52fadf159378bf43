package io.ringkv.testing.lab.nemesis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A cluster of processes of its own on this machine, handled by {@code scripts/cluster} as a person would. Used by one
 * thread at a time.
 */
public final class ProcessCluster implements AutoCloseable {
    private static final long LONGEST_COMMAND_SECONDS = 180;

    private final Path script;
    private final Path directory;
    private final Path talk;
    private final Map<String, String> environment;
    private final Thread atExit = new Thread(this::killAll);

    /**
     * A cluster that does not exist yet.
     *
     * @param script {@code scripts/cluster}
     * @param directory where its files go
     * @param talk file that takes what the script says
     * @param environment of the processes
     */
    public ProcessCluster(Path script, Path directory, Path talk, Map<String, String> environment) {
        this.script = script;
        this.directory = directory;
        this.talk = talk;
        this.environment = Map.copyOf(environment);
    }

    /** Founds it and waits until it is ready. From then on it does not outlive this process. */
    public void up(int servers, int managers, int basePort) throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(atExit);
        run(List.of(
                "up",
                "--servers",
                Integer.toString(servers),
                "--managers",
                Integer.toString(managers),
                "--base-port",
                Integer.toString(basePort)));
    }

    /** Does one thing to some processes: kill, stop, start, pause, resume. */
    public void command(String verb, List<String> ids) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(verb));
        words.addAll(ids);
        run(words);
    }

    private void run(List<String> words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(words);
        command.addAll(List.of("--dir", directory.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(talk.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(LONGEST_COMMAND_SECONDS, TimeUnit.SECONDS)) {
            process.destroy();
            throw new IOException(String.join(" ", words) + " did not end within " + LONGEST_COMMAND_SECONDS + " s");
        }
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", words) + " ended with " + process.exitValue() + "; see " + talk);
        }
    }

    /** Where its files are. */
    public Path directory() {
        return directory;
    }

    /** Kills what runs and deletes its data, but for the logs, which go to the other directory. */
    public void destroyKeepingLogs(Path logs) throws IOException, InterruptedException {
        Files.createDirectories(logs);
        try (var members = Files.newDirectoryStream(directory)) {
            for (Path member : members) {
                Path log = member.resolve("log");
                if (Files.exists(log)) {
                    Files.copy(log, logs.resolve(member.getFileName() + ".log"));
                }
            }
        }
        run(List.of("destroy", "--yes"));
    }

    private void killAll() {
        try {
            // Those that are gone already make it fail, after it has killed the others.
            run(List.of("kill", "all"));
        } catch (IOException e) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills what runs; the files stay. */
    @Override
    public void close() {
        if (Files.exists(directory)) {
            killAll();
        }
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
