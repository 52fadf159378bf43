package io.ringkv.testing.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.ringkv.cli.CliContext;
import io.ringkv.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every command in the guide exists, with the flags it is shown with. */
final class OperatingGuideTest {

    private static final Path GUIDE = Path.of("..", "docs", "operating.md");

    @ParameterizedTest
    @MethodSource("commands")
    void commandExistsAsItIsShown(String line) {
        CommandLine root = Main.commandLine(CliContext.ofProcess());
        String[] words = line.substring("ringkv ".length()).split(" > ", 2)[0].split(" +");

        assertThatCode(() -> root.parseArgs(words)).as(line).doesNotThrowAnyException();
    }

    static List<String> commands() throws IOException {
        List<String> commands = Files.readAllLines(GUIDE).stream()
                .filter(line -> line.startsWith("ringkv "))
                .toList();
        assertThat(commands).hasSizeGreaterThan(20);
        return commands;
    }
}
