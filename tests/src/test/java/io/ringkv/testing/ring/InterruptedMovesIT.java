package io.ringkv.testing.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringkv.testing.ring.InterruptedMoves.Moment;
import io.ringkv.testing.ring.InterruptedMoves.Victim;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever is killed at whatever step of a move: it ends, and nothing is left behind. */
final class InterruptedMovesIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path root;

    /** Of each kind of interruption the one that leaves most to do for those who go on; in one JVM. */
    @Test
    void aMoveEndsWhoeverIsKilledInItsMiddle() {
        try (InterruptedMoves moves = new InterruptedMoves(root, new EmbeddedLauncher())) {
            moves.interrupt(InterruptedStep.ADD, Moment.BEFORE, Victim.TARGET);
            moves.interrupt(InterruptedStep.REMOVE, Moment.AFTER, Victim.SHARD_LEADER);
            moves.interrupt(InterruptedStep.FENCE_REMOVE, Moment.AFTER, Victim.MANAGER_LEADER);
            moves.interrupt(InterruptedStep.CLEAN, Moment.BEFORE, Victim.SOURCE);
            print(moves);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("soak")
    void aMoveEndsWhicheverProcessIsKilledAt(InterruptedStep step) {
        try (InterruptedMoves moves = new InterruptedMoves(root, new ProcessLauncher(root))) {
            try {
                for (Moment moment : Moment.values()) {
                    for (Victim victim : Victim.values()) {
                        moves.interrupt(step, moment, victim);
                    }
                }
            } finally {
                print(moves);
            }
            assertThat(moves.outcomes()).hasSize(Moment.values().length * Victim.values().length);
        }
    }

    private static void print(InterruptedMoves moves) {
        moves.outcomes().forEach(System.out::println);
    }
}
