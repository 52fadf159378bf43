package io.ringkv.testing.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Code stays in pieces that a reader can hold in the head. */
final class SourceSizeTest {
    private static final int MAX_LINES_PER_FILE = 400;
    private static final int MAX_LINES_PER_METHOD = 70;

    private static List<SourceFile> sources = List.of();

    @BeforeAll
    static void readSources() {
        sources = SourceFile.mainCodeOfAllModules();
    }

    @Test
    void noFileIsTooLong() {
        assertThat(sources.stream().flatMap(SourceSizeTest::tooLong)).isEmpty();
    }

    @Test
    void noMethodIsTooLong() {
        assertThat(sources.stream().flatMap(SourceSizeTest::tooLongMethods)).isEmpty();
    }

    @Test
    void seesTheSourcesOfAllModules() {
        assertThat(sources)
                .map(source -> source.path().getFileName().toString())
                .contains("BuildVersion.java");
        assertThat(sources.stream().map(source -> source.path().toString()))
                .anyMatch(path -> path.contains("ratis-kv"))
                .anyMatch(path -> path.contains("shard-manager"))
                .anyMatch(path -> path.contains("tests"));
    }

    @Test
    void noticesWhatIsTooLong(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("Long.java");
        Files.writeString(path, """
                class Long {
                    void fits() {%s}

                    void tooLong() {%s}
                }
                """.formatted("\n".repeat(MAX_LINES_PER_METHOD - 1), "\n".repeat(MAX_LINES_PER_FILE)));
        SourceFile source = SourceFile.read(List.of(path)).get(0);

        assertThat(tooLong(source)).hasSize(1);
        assertThat(tooLongMethods(source)).singleElement().asString().contains("tooLong at line");
    }

    private static Stream<String> tooLong(SourceFile source) {
        return source.lines() <= MAX_LINES_PER_FILE
                ? Stream.empty()
                : Stream.of("%s: %d lines (at most %d)".formatted(source.path(), source.lines(), MAX_LINES_PER_FILE));
    }

    private static Stream<String> tooLongMethods(SourceFile source) {
        return source.linesPerMethod().entrySet().stream()
                .filter(method -> method.getValue() > MAX_LINES_PER_METHOD)
                .map(method -> "%s: method %s has %d lines (at most %d)"
                        .formatted(source.path(), method.getKey(), method.getValue(), MAX_LINES_PER_METHOD));
    }
}
