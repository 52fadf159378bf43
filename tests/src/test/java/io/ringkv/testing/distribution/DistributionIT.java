package io.ringkv.testing.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.common.BuildVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that users download: complete, and its launcher works wherever it is called from. */
final class DistributionIT {
    private static final Path HOME = Path.of(Objects.requireNonNull(System.getenv("RINGKV_HOME"), "RINGKV_HOME"));
    private static final Path LAUNCHER = HOME.resolve("bin/ringkv");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    void launcherWorksThroughASymbolicLinkFromAnyDirectory() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("rk"), LAUNCHER);

        Finished finished = run(Map.of(), link.toString(), "version");

        assertThat(finished.exitCode()).as(finished.err()).isZero();
        assertThat(finished.out()).startsWith("ringkv " + BuildVersion.current());
        assertThat(finished.err()).isEmpty();
    }

    @Test
    void launcherPassesArgumentsAndExitCodeOn() throws Exception {
        Finished finished = run(Map.of(), LAUNCHER.toString(), "no such command");

        assertThat(finished.exitCode()).isEqualTo(2);
        assertThat(finished.err()).contains("'no such command'");
    }

    @Test
    void refusesAJavaThatIsTooOldAndNamesIt() throws Exception {
        Path java = fakeJava("11.0.27");

        Finished finished = run(Map.of("JAVA_HOME", java.toString()), LAUNCHER.toString(), "version");

        assertThat(finished.exitCode()).isEqualTo(78);
        assertThat(finished.err()).startsWith("WRONG_JDK: ").contains(java.toString(), "Java 11", "17 or newer");
    }

    @Test
    void refusesAJavaHomeWithoutJava() throws Exception {
        Finished finished = run(Map.of("JAVA_HOME", directory.toString()), LAUNCHER.toString(), "version");

        assertThat(finished.exitCode()).isEqualTo(78);
        assertThat(finished.err()).startsWith("WRONG_JDK: ").contains(directory.toString(), "holds no Java");
    }

    @Test
    void refusesAHomeThatIsNoDistribution() throws Exception {
        Finished finished = run(Map.of("RINGKV_HOME", directory.toString()), LAUNCHER.toString(), "version");

        assertThat(finished.exitCode()).isEqualTo(1);
        assertThat(finished.err()).contains(directory.toString(), "no RingKV distribution");
    }

    @Test
    void archiveRunsWhereItIsUnpacked() throws Exception {
        Path archive = HOME.resolveSibling(HOME.getFileName() + ".tar.gz");
        Finished unpacked = run(Map.of(), "tar", "-xzf", archive.toString());
        assertThat(unpacked.exitCode()).as(unpacked.err()).isZero();
        Path home = directory.resolve(HOME.getFileName());

        Finished finished =
                run(Map.of("RINGKV_HOME", ""), home.resolve("bin/ringkv").toString(), "version");

        assertThat(finished.exitCode()).as(finished.err()).isZero();
        assertThat(finished.out()).startsWith("ringkv ");
    }

    @Test
    void holdsEachLibraryOnceAndNoTestFramework() throws Exception {
        List<String> libraries;
        try (Stream<Path> files = Files.list(HOME.resolve("lib"))) {
            libraries = files.map(file -> file.getFileName().toString()).toList();
        }

        assertThat(libraries.stream().map(name -> name.replaceFirst("-\\d.*", "")))
                .doesNotHaveDuplicates();
        assertThat(libraries).noneMatch(name -> name.startsWith("junit") || name.startsWith("assertj"));
        assertThat(HOME.resolve("conf/logback.xml")).exists();
        assertThat(HOME.resolve("LICENSE")).exists();
    }

    @Test
    void startsFromAnArchiveOfClassesOnceOneWasMade() throws Exception {
        Finished made = run(Map.of("RINGKV_CLASS_DATA", "make"), LAUNCHER.toString(), "version");
        assertThat(made.exitCode()).as(made.err()).isZero();

        // With -Xshare:on a JVM that cannot use its archive does not start at all.
        Finished started = run(Map.of("RINGKV_JAVA_OPTS", "-Xshare:on"), LAUNCHER.toString(), "version");

        assertThat(started.exitCode()).as(started.out() + started.err()).isZero();
        try (Stream<Path> files = Files.list(HOME.resolve("cds"))) {
            assertThat(files).anyMatch(file -> file.toString().endsWith(".jsa"));
        }
    }

    @Test
    void anArchiveOfClassesThatIsOfNoUseIsIgnored() throws Exception {
        Path archive = Files.writeString(directory.resolve("damaged.jsa"), "no archive");
        String option = "-Xshare:auto -XX:SharedArchiveFile=" + archive;

        Finished finished = run(Map.of("RINGKV_JAVA_OPTS", option), LAUNCHER.toString(), "version", "-o", "raw");

        assertThat(finished.exitCode()).as(finished.err()).isZero();
        assertThat(finished.out()).isEqualTo(BuildVersion.current() + "\n");
        assertThat(finished.err()).isEmpty();
    }

    private Path fakeJava(String version) throws IOException {
        Path home = directory.resolve("old-java");
        Path program = home.resolve("bin/java");
        Files.createDirectories(program.getParent());
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        Files.writeString(program, "#!/bin/sh\nexit 0\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return home;
    }

    /** Runs a program in the temporary directory, away from the source tree. */
    private Finished run(Map<String, String> environment, String... command) throws Exception {
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(150, TimeUnit.SECONDS))
                    .as("%s ends within 150 s", Arrays.toString(command))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Finished(process.exitValue(), read(out), read(err));
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private record Finished(int exitCode, String out, String err) {}
}
