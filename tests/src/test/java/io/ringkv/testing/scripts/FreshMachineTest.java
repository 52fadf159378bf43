package io.ringkv.testing.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.testing.scripts.FreshMachine.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The scripts on a machine where nothing is installed yet. */
@EnabledOnOs(OS.LINUX)
final class FreshMachineTest {
    private static final String DEBIAN = "ID=debian\n";
    private static final String UBUNTU_LIKE = "ID=pop\nID_LIKE=\"ubuntu debian\"\n";
    private static final int ROOT = 0;
    private static final int SOMEBODY = 1000;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    void rootOnDebianGetsWhatIsMissingThenTheBuildThenTheCommand() throws Exception {
        FreshMachine machine = machine(DEBIAN, ROOT).workingPackages();

        Finished first = machine.run("ringkv", "version");

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out()).isEqualTo("ran io.ringkv.cli.Main version\n");
        assertThat(first.err())
                .contains("missing: jdk maven; installing it with apt-get")
                .contains("building RingKV")
                .contains("preparing faster starts");
        assertThat(installs(machine))
                .containsExactly("apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends"
                        + " openjdk-17-jdk-headless maven");

        Finished second = machine.run("ringkv", "version");

        assertThat(second.out()).isEqualTo("ran io.ringkv.cli.Main version\n");
        assertThat(second.err()).isEmpty();
        assertThat(installs(machine)).hasSize(1);
    }

    @Test
    void installsOnlyWhatIsMissing() throws Exception {
        FreshMachine machine = machine(UBUNTU_LIKE, ROOT).maven("3.8.7").workingPackages();

        assertThat(machine.run("ringkv", "version").exitCode()).isZero();

        assertThat(installs(machine))
                .singleElement()
                .satisfies(call -> assertThat(call).endsWith(" openjdk-17-jdk-headless"));
    }

    @Test
    void aMavenThatIsTooOldCountsAsMissing() throws Exception {
        Finished finished = machine(DEBIAN, SOMEBODY).maven("3.6.3").run("ringkv", "version");

        assertThat(finished.err()).contains("missing: jdk maven");
    }

    @Test
    void otherUsersAreToldTheCommandAndNothingIsInstalled() throws Exception {
        FreshMachine machine = machine(DEBIAN, SOMEBODY).workingPackages();

        Finished finished = machine.run("ringkv", "version");

        assertThat(finished.exitCode()).isEqualTo(1);
        assertThat(finished.out()).isEmpty();
        assertThat(finished.err())
                .contains("sudo apt-get update && sudo apt-get install -y openjdk-17-jdk-headless maven");
        assertThat(installs(machine)).isEmpty();
    }

    @Test
    void otherSystemsAreToldTheirCommand() throws Exception {
        assertThat(machine("ID=fedora\n", ROOT).run("test").err())
                .contains("sudo dnf install java-17-openjdk-devel maven");
    }

    @Test
    void unknownSystemsAreToldWhatIsNeeded() throws Exception {
        Finished finished = machine("ID=plan9\n", ROOT).run("test");

        assertThat(finished.exitCode()).isEqualTo(1);
        assertThat(finished.err()).contains("JDK 17 or newer and Maven 3.8 or newer");
    }

    @Test
    void aFailedInstallationShowsItsLastWords() throws Exception {
        FreshMachine machine = machine(DEBIAN, ROOT).program("apt-get", "echo 'E: no network' >&2; exit 100");

        Finished finished = machine.run("ringkv", "version");

        assertThat(finished.exitCode()).isEqualTo(1);
        assertThat(finished.err()).contains("E: no network").contains("apt-get could not install: jdk maven");
    }

    @Test
    void helpNeedsNoToolsAtAll() throws Exception {
        for (String script : List.of("test", "cluster", "sample-data")) {
            FreshMachine machine = machine(DEBIAN, ROOT);

            Finished finished = machine.run(script, "--help");

            assertThat(finished.exitCode()).as(finished.err()).isZero();
            assertThat(finished.out()).startsWith("Usage: scripts/" + script);
            assertThat(machine.calls()).isEmpty();
        }
    }

    private FreshMachine machine(String osRelease, int userId) throws IOException {
        return new FreshMachine(Files.createTempDirectory(directory, "machine"), osRelease, userId);
    }

    private static List<String> installs(FreshMachine machine) throws IOException {
        return machine.calls().stream()
                .filter(call -> call.startsWith("apt-get ") && call.contains(" install "))
                .toList();
    }
}
