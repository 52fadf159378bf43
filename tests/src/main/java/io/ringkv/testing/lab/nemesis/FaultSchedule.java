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
            faults.add(new Fault(kind, variant(kind, random), target, random.nextInt(1_000), at, end));
            at = end + QUIET_MIN_MILLIS + random.nextLong(QUIET_SPREAD_MILLIS);
        }
    }

    private static Target target(FaultKind kind, SplittableRandom random) {
        int all = kind.targets().stream().mapToInt(Target::weight).sum();
        int choice = random.nextInt(all);
        for (Target target : kind.targets()) {
            choice -= target.weight();
            if (choice < 0) {
                return target;
            }
        }
        throw new IllegalStateException(kind + " has no targets");
    }

    private static String variant(FaultKind kind, SplittableRandom random) {
        int count = kind.variants().size();
        return count == 0 ? "" : kind.variants().get(random.nextInt(count));
    }

    /** What takes as long as it takes, such as a rolling restart, moves all that follows. */
    private static long length(FaultKind kind, Target target, SplittableRandom random) {
        return switch (kind) {
            case KILL, STOP, POWER -> target == Target.ALL_SERVERS ? 500 : 1_000 + random.nextLong(5_000);
            case PAUSE, PARTITION, SLOW, LOSSY, CLOCK -> 1_000 + random.nextLong(11_000);
            case MOVE, STARVE, DISK_FULL -> 3_000 + random.nextLong(7_000);
            case CHURN -> 11_000 + random.nextLong(7_000);
            case RESTART -> 5_000;
            case WIPE, CORRUPT -> 1_000;
        };
    }
}
