package io.ringkv.manager.state;

/**
 * A server is worked on: it gives its leaders away, and what it lacks meanwhile is not repaired elsewhere. Ends by command,
 * or when its time is over as the leader of the manager counts it. What was counted is logged now and then, and a new leader
 * goes on from there.
 *
 * @param number tells this mark from an earlier one of the same server: the number of events before it was made
 * @param millis how long it lasts at most, from when this was logged
 */
public record Maintenance(long number, long millis) {

    /** The longest time for which repair may be held back: a day. */
    public static final long MAX_MILLIS = 24 * 3_600_000L;

    /** @throws IllegalArgumentException if the time is out of bounds */
    public Maintenance {
        if (number < 0 || millis < 1 || millis > MAX_MILLIS) {
            throw new IllegalArgumentException(
                    "maintenance " + number + ": " + millis + " ms (expected: 1 to " + MAX_MILLIS + ")");
        }
    }
}
