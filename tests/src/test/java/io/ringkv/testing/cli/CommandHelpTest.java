package io.ringkv.testing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.cli.CliContext;
import io.ringkv.cli.Main;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every command of the whole product explains itself. */
final class CommandHelpTest {
    private static final int TERMINAL_COLUMNS = 80;

    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void helpHasAnExampleThatCanBeCopied(String name, CommandLine command) {
        String help = command.getUsageMessage();

        assertThat(help).startsWith("Usage: " + name);
        assertThat(help).containsPattern("Examples?:\\R  (ringkv|scripts/)");
        assertThat(help.indexOf("Example")).as("examples come before options").isLessThan(help.indexOf("Options:"));
        for (String line : command.getCommandSpec().usageMessage().footer()) {
            assertThat(line).hasSizeLessThan(TERMINAL_COLUMNS);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void everyCommandHasTheStandardFlags(String name, CommandLine command) {
        assertThat(command.getCommandSpec().optionsMap()).as(name).containsKeys("-h", "--help");
        if (command.getCommandSpec().userObject() instanceof io.ringkv.cli.RingKvTask) {
            assertThat(command.getCommandSpec().optionsMap()).containsKeys("-o", "-q", "-v", "--no-color");
        }
    }

    static List<Object[]> commands() {
        List<Object[]> commands = new ArrayList<>();
        collect(Main.commandLine(CliContext.ofProcess()))
                .forEach(command ->
                        commands.add(new Object[] {command.getCommandSpec().qualifiedName(), command}));
        return commands;
    }

    private static Stream<CommandLine> collect(CommandLine command) {
        Stream<CommandLine> below =
                command.getSubcommands().values().stream().distinct().flatMap(CommandHelpTest::collect);
        // A word that only gathers commands has no example of its own.
        boolean group = command.getCommandSpec().usageMessage().footer().length == 0
                && !command.getSubcommands().isEmpty();
        return group ? below : Stream.concat(Stream.of(command), below);
    }
}
