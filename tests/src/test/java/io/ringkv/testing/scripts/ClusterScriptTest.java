package io.ringkv.testing.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.testing.scripts.FreshMachine.Finished;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code scripts/cluster} starts and waits for, with stand-ins for the processes. */
@EnabledOnOs(OS.LINUX)
final class ClusterScriptTest {
    /** Processes live until they are ended, except s21; what waits is content at once, unless it waits for s21. */
    private static final String LAUNCHER = """
            case "$1 ${3:-}" in
              'server s21') echo 'SERVER_REMOVED: it was removed' >&2; exit 79 ;;
              server* | manager*) exec sleep 60 ;;
              wait*) case "$*" in *:7600*) exec sleep 60 ;; esac ;;
            esac
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private FreshMachine machine;

    @BeforeEach
    void haveAMachine() throws IOException {
        machine = new FreshMachine(directory, "ID=debian\n", 0).script("ringkv", LAUNCHER);
    }

    @AfterEach
    void destroy() throws Exception {
        machine.run("cluster", "destroy", "--yes");
    }

    @Test
    void upStartsAProcessForEachMemberThenCreatesTheClusterAndWaits() throws Exception {
        Finished up = machine.run("cluster", "up", "--servers", "2", "--managers", "1", "--shards", "4");

        assertThat(up.exitCode()).as(up.err()).isZero();
        assertThat(up.out()).isEqualTo("127.0.0.1:7400,127.0.0.1:7410,127.0.0.1:8400\n");
        assertThat(calls("manager"))
                .singleElement()
                .satisfies(call -> assertThat(call).contains("--label m1 ", "--base-port 8400", "down-after=10s"));
        assertThat(calls("server"))
                .satisfiesExactlyInAnyOrder(
                        call -> assertThat(call).contains("--label s1 ", "--base-port 7400 --join 127.0.0.1:8400"),
                        call -> assertThat(call).contains("--label s2 ", "--base-port 7410"));
        assertThat(calls("cluster bootstrap"))
                .singleElement()
                .satisfies(call -> assertThat(call).contains("--servers 2", "--shards 4"));
        assertThat(calls("status --endpoints"))
                .singleElement()
                .satisfies(call -> assertThat(call).contains("--wait ready"));
    }

    @Test
    void upAgainStartsOnlyWhatDoesNotRunAndRefusesContradictions() throws Exception {
        up();
        machine.run("cluster", "kill", "s2");

        Finished again = machine.run("cluster", "up");
        Finished contradiction = machine.run("cluster", "up", "--per-jvm", "4");

        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(calls("server --label s2")).hasSize(2);
        assertThat(calls("server --label s1")).hasSize(1);
        assertThat(contradiction.exitCode()).isEqualTo(2);
        assertThat(contradiction.err()).contains("--per-jvm 4 contradicts");
    }

    @Test
    void startWaitsUntilWhatWasStartedHasJoined() throws Exception {
        up();

        Finished start = machine.run("cluster", "start", "s4", "s5", "m1");

        assertThat(start.exitCode()).as(start.err()).isZero();
        assertThat(start.err()).isEqualTo("m1 is running already\n");
        assertThat(calls("server --label s4"))
                .singleElement()
                .satisfies(call -> assertThat(call).contains("--base-port 7430"));
        assertThat(calls("wait"))
                .singleElement()
                .satisfies(call -> assertThat(call)
                        .contains("--for joined --members 127.0.0.1:7430,127.0.0.1:7440 --endpoints 127.0.0.1:7400,"));
        assertThat(machine.run("cluster", "start", "s7").err()).contains("the next new server would be s6");
    }

    @Test
    void startTellsTheLastWordsOfAProcessThatEnds() throws Exception {
        assertThat(machine.run("cluster", "up", "--servers", "20", "--managers", "1")
                        .exitCode())
                .isZero();

        Finished start = machine.run("cluster", "start", "s21");

        assertThat(start.exitCode()).isNotZero();
        assertThat(start.err()).contains("SERVER_REMOVED: it was removed");
    }

    @Test
    void startDoesNotWaitForManagersThatDoNotRun() throws Exception {
        up();
        machine.run("cluster", "kill", "managers", "s2");

        Finished start = machine.run("cluster", "start", "s2");

        assertThat(start.exitCode()).isZero();
        assertThat(start.err()).contains("not waited for: no manager can lead");
        assertThat(calls("wait")).isEmpty();
    }

    @Test
    void serversThatShareAProcessShareItsZoneAndItsFate() throws Exception {
        Finished up = machine.run("cluster", "up", "--servers", "5", "--managers", "1", "--per-jvm", "2");

        assertThat(up.exitCode()).as(up.err()).isZero();
        assertThat(up.err()).contains("p1 (s1 to s2), p2 (s3 to s4), p3 (s5)");
        assertThat(calls("servers"))
                .satisfiesExactlyInAnyOrder(
                        call -> assertThat(call).contains("--members s1,s2 ", "--zone p1 --base-port 7400"),
                        call -> assertThat(call).contains("--members s3,s4 ", "--zone p2 --base-port 7420"),
                        call -> assertThat(call).contains("--members s5 ", "--zone p3 --base-port 7440"));

        Finished kill = machine.run("cluster", "kill", "s4");
        assertThat(kill.exitCode()).isZero();
        assertThat(kill.err()).contains("s4 runs in one process with others: this is done to all of s3 to s4");
        assertThat(machine.run("cluster", "status").out())
                .containsPattern("p1 +running .* 7400 +s1 to s2")
                .containsPattern("p2 +stopped +- +7420 +s3 to s4");

        assertThat(machine.run("cluster", "start", "p2", "s6").exitCode()).isZero();
        assertThat(calls("server --label s6"))
                .singleElement()
                .satisfies(call -> assertThat(call).contains("--zone s6"));
        assertThat(calls("wait"))
                .singleElement()
                .satisfies(
                        call -> assertThat(call).contains("--members 127.0.0.1:7420,127.0.0.1:7430,127.0.0.1:7450 "));
    }

    @Test
    void ofManyProcessesStatusListsOnlyThoseThatDoNotRun() throws Exception {
        machine.run("cluster", "up", "--servers", "12", "--managers", "1");
        assertThat(calls("server"))
                .hasSize(12)
                .allSatisfy(call -> assertThat(call).contains("raft.election-timeout-max=2s", "manager.heartbeat=1s"));
        assertThat(calls("manager"))
                .allSatisfy(call -> assertThat(call)
                        .contains("raft.election-timeout-max=2s")
                        .doesNotContain("manager.heartbeat"));
        machine.run("cluster", "kill", "s7");
        machine.run("cluster", "pause", "s8");

        assertThat(machine.run("cluster", "status").out())
                .contains("12 of 13 processes run.")
                .containsPattern("s7 +stopped")
                .containsPattern("s8 +paused")
                .doesNotContain("s1 ");
    }

    @Test
    void whatIsNoIdIsRefused() throws Exception {
        up();

        for (String command : List.of("kill", "stop", "start", "pause", "logs")) {
            Finished refused = machine.run("cluster", command, "x1");
            assertThat(refused.exitCode()).as(command).isEqualTo(2);
            assertThat(refused.err()).contains("'x1' is no ID");
        }
    }

    @Test
    void networksOfTheirOwnAreForRootAndSaySo() throws Exception {
        FreshMachine other =
                new FreshMachine(directory.resolve("user"), "ID=debian\n", 1000).script("ringkv", LAUNCHER);

        Finished can = other.run("cluster", "can", "networks");
        Finished up = other.run("cluster", "up", "--networks");

        assertThat(can.exitCode()).isNotZero();
        assertThat(can.err()).isEqualTo("networks of their own need root\n");
        assertThat(up.exitCode()).isNotZero();
        assertThat(up.err()).contains("need root", "--networks is not possible here");
        assertThat(machine.run("cluster", "can", "fly").exitCode()).isEqualTo(2);
    }

    @Test
    void linksAreCutOnlyInAClusterThatHasItsOwn() throws Exception {
        up();

        for (String[] words : List.of(
                new String[] {"cut", "s1:s2"},
                new String[] {"slow", "64kbit", "s1"},
                new String[] {"lossy", "20", "s1"},
                new String[] {"mend"})) {
            Finished refused = machine.run("cluster", words);
            assertThat(refused.exitCode()).as(words[0]).isEqualTo(2);
            assertThat(refused.err()).contains(words[0] + " is for a cluster that was made with --networks");
        }
    }

    private void up() throws Exception {
        Finished up = machine.run("cluster", "up", "--managers", "1");
        assertThat(up.exitCode()).as(up.err()).isZero();
    }

    private List<String> calls(String command) throws IOException {
        return machine.calls().stream()
                .filter(call -> call.startsWith("ringkv " + command + " "))
                .toList();
    }
}
