package io.ringkv.testing.lab.nemesis;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes schedules: one fault at a time, each undone before the next, with time between for the cluster to recover, and
 * some at the end. The same seed gives the same schedule. Pure.
 */
public final class FaultSchedule {
    private static final long FIRST_MILLIS = 2_000;
    private static final long QUIET_AT_END_MILLIS = 3_000;
    private static final long QUIET_MIN_MILLIS = 1_500;
    private static final long QUIET_SPREAD_MILLIS = 4_000;

    private FaultSchedule() {}

    /**
     * A schedule.
     *
     * @param kinds what may happen
     * @param timeMillis length of the load
     */
    public static List<Fault> plan(List<FaultKind> kinds, long seed, long timeMillis) {
        List<Fault> faults = new ArrayList<>();
        if (kinds.isEmpty()) {
            return faults;
        }
        SplittableRandom random = new SplittableRandom(seed);
        long at = FIRST_MILLIS + random.nextLong(QUIET_MIN_MILLIS);
        int turn = random.nextInt(kinds.size());
        while (true) {
            // In turn, so that each kind gets its share in a short run too.
            FaultKind kind = kinds.get(turn++ % kinds.size());
            Target target = target(kind, random);
            long end = at + length(kind, target, random);
            if (end > timeMillis - QUIET_AT_END_MILLIS) {
                return List.copyOf(faults);
            }
            faults.add(new Fault(kind, target, random.nextInt(1_000), at, end));
            at = end + QUIET_MIN_MILLIS + random.nextLong(QUIET_SPREAD_MILLIS);
        }
    }

    private static Target target(FaultKind kind, SplittableRandom random) {
        int choice = random.nextInt(20);
        if (choice < 9) {
            return Target.LEADER;
        }
        if (choice < 14) {
            return Target.SERVER;
        }
        if (choice < 17 || kind != FaultKind.KILL) {
            return Target.MANAGER_LEADER;
        }
        return choice < 18 ? Target.MANAGER_MAJORITY : Target.ALL_SERVERS;
    }

    private static long length(FaultKind kind, Target target, SplittableRandom random) {
        if (target == Target.ALL_SERVERS) {
            return 500;
        }
        return switch (kind) {
            case KILL, STOP -> 1_000 + random.nextLong(5_000);
            case PAUSE -> 1_000 + random.nextLong(11_000);
        };
    }
}
