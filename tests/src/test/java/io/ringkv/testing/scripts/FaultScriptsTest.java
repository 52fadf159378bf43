package io.ringkv.testing.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.testing.lab.nemesis.FaultKind;
import io.ringkv.testing.lab.workload.WorkloadKind;
import io.ringkv.testing.scripts.FreshMachine.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The scripts of single scenarios and of the suite, with a stand-in for the lab. */
@EnabledOnOs(OS.LINUX)
final class FaultScriptsTest {
    private static final Path SCRIPTS = Path.of("..", "scripts", "faults");
    private static final Pattern NEMESES = Pattern.compile("lab run --workload (\\S+) --nemesis (\\S+) ");

    /** Of counter and power it finds something wrong; register and pause is broken off while a file lies there. */
    private static final String LAB = """
            case "$4 $6" in
              'register pause') [ ! -e broken ] || exit 130 ;;
            esac
            echo 'operations   123 in 30 s; 100 % succeeded'
            echo 'faults       4: kill 4'
            echo 'write gap    at most 817 ms without a successful write, on shard 3'
            case "$4 $6" in
              'counter power') echo 'verdict      VIOLATED'; exit 8 ;;
            esac
            echo 'verdict      ok'
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private FreshMachine machine;

    @BeforeEach
    void haveAMachine() throws IOException {
        machine = new FreshMachine(directory, "ID=debian\n", 0).script("ringkv", LAB);
    }

    @Test
    void everyScenarioNamesWorkloadsAndFaultsThatThereAre() throws IOException {
        try (Stream<Path> scripts = Files.list(SCRIPTS)) {
            for (Path script : scripts.toList()) {
                assertThat(Files.isExecutable(script)).as("%s", script).isTrue();
                Matcher runs = NEMESES.matcher(Files.readString(script));
                while (runs.find()) {
                    if (runs.group(1).startsWith("\"")) {
                        continue;
                    }
                    assertThat(Stream.of(WorkloadKind.values()).map(WorkloadKind::toString))
                            .contains(runs.group(1));
                    for (String kind : runs.group(2).split(",", -1)) {
                        assertThat(kind.equals(FaultKind.ALL) || FaultKind.named(kind) != null)
                                .as("%s in %s", kind, script)
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void aScenarioTakesTheFlagsOfTheLab() throws Exception {
        Finished finished = machine.run("faults/killed-servers", "--seed", "7");

        assertThat(finished.exitCode()).as(finished.err()).isZero();
        assertThat(machine.calls())
                .containsExactly("ringkv lab run --workload register --nemesis kill --time 60s --seed 7");
    }

    @Test
    void theSuiteTellsWhatIsBrokenAndGoesOnWhereItWas() throws Exception {
        Path suite = directory.resolve("suite");
        Path broken = Files.createFile(directory.resolve("tree").resolve("broken"));

        Finished first = machine.run("faults/all", "--dir", suite.toString(), "--time", "1s");
        assertThat(first.exitCode()).isEqualTo(130);
        assertThat(Files.readAllLines(suite.resolve("table.tsv"))).hasSize(2);
        Files.delete(broken);
        Finished second = machine.run("faults/all", "--dir", suite.toString(), "--time", "1s");

        assertThat(second.exitCode()).as(second.err()).isEqualTo(8);
        assertThat(calls("register", "kill")).hasSize(1);
        assertThat(calls("register", "pause")).hasSize(2);
        assertThat(calls("mixed", "all"))
                .singleElement()
                .satisfies(call -> assertThat(call).contains("--time 1s", "--out " + suite.resolve("mixed-all")));
        assertThat(second.out())
                .containsPattern("register +kill +123 +4 +817 ms +ok\n")
                .containsPattern("counter +power +123 +4 +817 ms +VIOLATED\n");
        for (FaultKind kind : FaultKind.values()) {
            assertThat(calls("mixed", kind.toString())).as("%s", kind).hasSize(1);
        }
    }

    private List<String> calls(String workload, String nemesis) throws IOException {
        return machine.calls().stream()
                .filter(call ->
                        call.startsWith("ringkv lab run --workload " + workload + " --nemesis " + nemesis + " "))
                .toList();
    }
}
