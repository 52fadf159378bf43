package io.ringkv.server.probe;

/**
 * How a server probes others.
 *
 * @param targets how many others it asks; 0 for none
 * @param periodMillis how often it asks each
 * @param timeoutMillis an answer that takes longer is none
 */
public record ProbeSettings(int targets, long periodMillis, long timeoutMillis) {

    /** Most others that one server asks. */
    public static final int TARGETS_MAX = 16;

    /** What does well. */
    public static final ProbeSettings USUAL = new ProbeSettings(3, 1_000, 1_000);

    /** @throws IllegalArgumentException if a number is out of bounds */
    public ProbeSettings {
        if (targets < 0 || targets > TARGETS_MAX || periodMillis < 1 || timeoutMillis < 1) {
            throw new IllegalArgumentException("probing: " + targets + " targets, every " + periodMillis
                    + " ms, answers within " + timeoutMillis + " ms (expected: 0 to " + TARGETS_MAX
                    + " targets, times of 1 or more)");
        }
    }
}
