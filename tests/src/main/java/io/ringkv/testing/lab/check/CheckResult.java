package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.Subject;
import java.util.List;
import java.util.Objects;

/**
 * What one checker found in a history. Immutable.
 *
 * @param subject what it looked at
 * @param verdict what it found
 * @param sentence the finding in words, with numbers
 * @param operations how many operations it looked at
 * @param unknown how many of these had an unknown outcome
 * @param violations broken promises; the first ones if there are many
 */
public record CheckResult(
        Subject subject, Verdict verdict, String sentence, long operations, long unknown, List<Violation> violations) {
    /** Most violations that are kept. */
    public static final int MAX_VIOLATIONS = 10;

    /** Copies the list. */
    public CheckResult {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(sentence, "sentence");
        violations = List.copyOf(violations.subList(0, Math.min(MAX_VIOLATIONS, violations.size())));
        if (violations.isEmpty() == (verdict == Verdict.VIOLATED)) {
            throw new IllegalArgumentException("verdict " + verdict + " with " + violations.size() + " violations");
        }
    }
}
