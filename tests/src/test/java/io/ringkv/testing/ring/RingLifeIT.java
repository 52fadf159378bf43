package io.ringkv.testing.ring;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Servers join, die, return and leave; managers die; the ring looks after itself, and clients notice nothing but time. */
final class RingLifeIT {
    private static final Duration DOWN_AFTER = Duration.ofSeconds(3);
    private static final Duration DOWN_AFTER_OF_PROCESSES = Duration.ofSeconds(8);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path root;

    @Test
    void aServerJoinsDiesAndReturns() {
        joinDieAndReturn(new EmbeddedLauncher(), DOWN_AFTER);
    }

    @Test
    @Tag("soak")
    void aProcessJoinsDiesAndReturns() {
        joinDieAndReturn(new ProcessLauncher(root), DOWN_AFTER_OF_PROCESSES);
    }

    private void joinDieAndReturn(Launcher launcher, Duration downAfter) {
        try (RingLife life = new RingLife(root, launcher, RingShape.of(4, 3, 3, downAfter))) {
            life.joins("s5");
            life.dieAndAreReplaced("s2");
            life.returnsWithOldData("s2");
            life.returnsEmptied("s3", "s6");
        }
    }

    @Test
    void aServerIsDrainedAndRemovedWhileManagersDie() {
        drain(new EmbeddedLauncher(), DOWN_AFTER);
    }

    @Test
    @Tag("soak")
    void aProcessIsDrainedAndRemovedWhileManagersDie() {
        drain(new ProcessLauncher(root), DOWN_AFTER_OF_PROCESSES);
    }

    private void drain(Launcher launcher, Duration downAfter) {
        try (RingLife life =
                new RingLife(root, launcher, RingShape.of(4, 4, 3, downAfter).with("operation.per-server", "1"))) {
            life.isDrainedWhileManagersDieAndRemoved("s1");
        }
    }

    @Test
    void theReplicationFactorChanges() {
        changeReplicationFactor(new EmbeddedLauncher(), DOWN_AFTER);
    }

    @Test
    @Tag("soak")
    void theReplicationFactorOfProcessesChanges() {
        changeReplicationFactor(new ProcessLauncher(root), DOWN_AFTER_OF_PROCESSES);
    }

    private void changeReplicationFactor(Launcher launcher, Duration downAfter) {
        try (RingLife life = new RingLife(root, launcher, RingShape.of(5, 2, 3, downAfter))) {
            life.replicationFactorBecomes(5);
            life.replicationFactorBecomes(3);
        }
    }

    @Test
    @Tag("soak") // EmbeddedClusterIT reads and writes without managers
    void shardsGoOnWithoutManagers() {
        goOnWithoutManagers(new EmbeddedLauncher(), DOWN_AFTER, Duration.ofSeconds(4));
    }

    @Test
    @Tag("soak")
    void shardsOfProcessesGoOnWithoutManagersForAMinute() {
        goOnWithoutManagers(new ProcessLauncher(root), DOWN_AFTER_OF_PROCESSES, Duration.ofMinutes(1));
    }

    private void goOnWithoutManagers(Launcher launcher, Duration downAfter, Duration time) {
        try (RingLife life = new RingLife(root, launcher, RingShape.of(4, 2, 3, downAfter))) {
            life.managersAreDownWhileAServerDies(time);
        }
    }
}
