package io.ringkv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server takes variables that begin with RINGKV_ for settings, and refuses those it does not know. */
final class ProcessVariablesTest {
    private static final Pattern VARIABLE = Pattern.compile("RINGKV_[A-Z_]+[A-Z]");

    @ParameterizedTest
    @ValueSource(strings = {"scripts/ringkv", "conf/logback.xml", "conf/logback-client.xml"})
    void variablesOfLauncherAndLoggingAreNoSettings(String file) throws IOException {
        String text = Files.readString(Path.of("..").resolve(file));

        Set<String> used =
                VARIABLE.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());

        assertThat(used).isNotEmpty();
        assertThat(ProcessCommand.FOREIGN_VARIABLES).containsAll(used);
    }
}
