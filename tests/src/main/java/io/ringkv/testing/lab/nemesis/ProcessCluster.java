package io.ringkv.testing.lab.nemesis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of processes of its own on this machine, handled by {@code scripts/cluster} as a person would. Used by one
 * thread at a time.
 */
public final class ProcessCluster implements AutoCloseable {
    private static final long LONGEST_COMMAND_SECONDS = 180;
    private static final int MOST_TRIES = 20;
    private static final long RETRY_MILLIS = 250;

    private final Path script;
    private final Path directory;
    private final Path talk;
    private final Map<String, String> environment;
    private volatile @Nullable Process current;
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

    /**
     * Whether this machine permits what some faults need.
     *
     * @return empty if it does, otherwise why not
     */
    public static String obstacle(Path script, Ability ability) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(script.toString(), "can", ability.toString())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int code = process.waitFor();
        return code == 0 ? "" : said.isEmpty() ? "no " + ability : said;
    }

    /**
     * Founds it and waits until it is ready. From then on it does not outlive this process.
     *
     * @param abilities what it is made with
     */
    public void up(int servers, int managers, int basePort, Set<Ability> abilities)
            throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(atExit);
        List<String> words = new ArrayList<>(List.of(
                "up",
                "--servers",
                Integer.toString(servers),
                "--managers",
                Integer.toString(managers),
                "--base-port",
                Integer.toString(basePort)));
        abilities.forEach(ability -> words.add(ability.flag()));
        run(words);
    }

    /** Does one thing to it, such as {@code kill s1}. */
    public void command(List<String> words) throws IOException, InterruptedException {
        run(words);
    }

    /** As {@link #command}, but it may fail: whether it did not. */
    public boolean tryCommand(List<String> words) throws IOException, InterruptedException {
        return exitCode(words) == 0;
    }

    /** Writes a line among what the script says. */
    void note(String line) throws IOException {
        Files.writeString(talk, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Where a process keeps its data. */
    Path data(String id) {
        Path disk = directory.resolve(id).resolve("disk");
        return (Files.exists(disk) ? disk : directory.resolve(id)).resolve("data");
    }

    private void run(List<String> words) throws IOException, InterruptedException {
        int code = exitCode(words);
        if (code != 0) {
            throw new IOException(String.join(" ", words) + " ended with " + code + "; see " + talk);
        }
    }

    private int exitCode(List<String> words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(words);
        command.addAll(List.of("--dir", directory.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(talk.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        current = process;
        process.getOutputStream().close();
        if (!process.waitFor(LONGEST_COMMAND_SECONDS, TimeUnit.SECONDS)) {
            process.destroy();
            throw new IOException(String.join(" ", words) + " did not end within " + LONGEST_COMMAND_SECONDS + " s");
        }
        return process.exitValue();
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
            Process under = current;
            if (under != null) {
                under.destroy();
            }
            // Those that are gone already make it fail, after it has killed the others.
            exitCode(List.of("kill", "all"));
            // All are dead. This removes what was made for them besides, once nobody else is changing the cluster.
            int tries = 0;
            while (!tryCommand(List.of("down")) && ++tries < MOST_TRIES) {
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            }
        } catch (IOException e) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills what runs; the files stay. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return; // this process ends already, and does it then
        }
        if (Files.exists(directory)) {
            killAll();
        }
    }
}
