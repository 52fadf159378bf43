package io.ringkv.testing.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A machine as the scripts see it, with neither Java nor Maven: a source tree with the real scripts, a PATH of ordinary
 * tools, and stand-ins for everything that would change the real machine. They write down how they were called.
 */
final class FreshMachine {
    private static final Path SCRIPTS = Path.of("..", "scripts").toAbsolutePath();
    private static final List<String> TOOLS = List.of(
            "awk",
            "basename",
            "bash",
            "cat",
            "chmod",
            "cp",
            "cut",
            "date",
            "dirname",
            "env",
            "find",
            "flock",
            "grep",
            "head",
            "ln",
            "ls",
            "mkdir",
            "mktemp",
            "mv",
            "readlink",
            "rm",
            "sed",
            "setsid",
            "sh",
            "sleep",
            "sort",
            "tail",
            "touch",
            "tr",
            "true",
            "uname",
            "uniq",
            "wc",
            "xargs");

    private final Path directory;
    private final Path programs;
    private final Path root;
    private final Path calls;
    private final Path tree;

    FreshMachine(Path directory, String osRelease, int userId) throws IOException {
        this.directory = directory;
        this.programs = Files.createDirectories(directory.resolve("programs"));
        this.root = Files.createDirectories(directory.resolve("root"));
        this.calls = directory.resolve("calls");
        this.tree = Files.createDirectories(directory.resolve("tree"));
        for (String tool : TOOLS) {
            Files.createSymbolicLink(programs.resolve(tool), realTool(tool));
        }
        copyScripts();
        Files.writeString(tree.resolve("pom.xml"), "<project>\n  <version>1.2.3</version>\n</project>\n");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/os-release"), osRelease);
        program("id", "echo " + userId);
        program("apt-cache", "[ \"$*\" != 'show --no-all-versions openjdk-17-jdk-headless' ] || echo 'Package: it'");
    }

    private static Path realTool(String tool) {
        return Stream.of("/usr/bin", "/bin")
                .map(place -> Path.of(place, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this machine has no " + tool));
    }

    private void copyScripts() throws IOException {
        try (Stream<Path> files = Files.walk(SCRIPTS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy =
                        tree.resolve("scripts").resolve(SCRIPTS.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /** Puts a program on the PATH that writes down its call and then does this. */
    FreshMachine program(String name, String script) throws IOException {
        write(programs.resolve(name), script);
        return this;
    }

    /** Puts something else in the place of a script, that writes down its call and then does this. */
    FreshMachine script(String name, String script) throws IOException {
        write(tree.resolve("scripts").resolve(name), script);
        return this;
    }

    /** An apt-get that installs stand-ins for a JDK and Maven when it is asked for them. */
    FreshMachine workingPackages() throws IOException {
        Path jdk = root.resolve("usr/lib/jvm/java-17-openjdk-amd64");
        Path stock = Files.createDirectories(directory.resolve("stock"));
        write(stock.resolve("java"), "echo \"ran ${*: -2}\"");
        write(stock.resolve("javac"), "true");
        writeMaven(stock.resolve("mvn"), "3.8.7");
        return program("apt-get", """
                case "$*" in *' install '*)
                  case "$*" in *openjdk*)
                    mkdir -p %1$s/bin
                    cp %2$s/java %2$s/javac %1$s/bin
                    echo 'JAVA_VERSION="17.0.99"' >%1$s/release ;;
                  esac
                  case "$*" in *maven*) cp %2$s/mvn %3$s/mvn ;; esac ;;
                esac
                """.formatted(jdk, stock, programs));
    }

    /** A Maven of this version on the PATH. */
    FreshMachine maven(String version) throws IOException {
        writeMaven(programs.resolve("mvn"), version);
        return this;
    }

    private void writeMaven(Path file, String version) throws IOException {
        write(file, """
                case "$*" in
                  --version) echo "Apache Maven %s (stand-in)" ;;
                  *) mkdir -p tests/target/ringkv-1.2.3/lib tests/target/ringkv-1.2.3/conf ;;
                esac
                """.formatted(version));
    }

    private void write(Path file, String script) throws IOException {
        String text = "#!/usr/bin/env bash\necho \"${0##*/} $*\" >>" + calls + "\n" + script + "\n";
        Files.deleteIfExists(file);
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** Runs one of the scripts of the source tree. */
    Finished run(String script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("bash", tree.resolve("scripts").resolve(script).toString()));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(tree.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", programs.toString());
        builder.environment().put("TMPDIR", directory.toString());
        builder.environment().put("RINGKV_TOOLCHAIN_ROOT", root.toString());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("%s ends within 60 s", command)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Finished(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Calls of the stand-ins so far, in their order. */
    List<String> calls() throws IOException {
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    /**
     * What came of a script.
     *
     * @param exitCode its exit code
     * @param out its standard output
     * @param err its standard error
     */
    record Finished(int exitCode, String out, String err) {}
}
