package io.ringkv.server.barrier;

import java.util.Random;
import java.util.stream.IntStream;

/**
 * What a run of the model is troubled by. Most stale reads need a few events in a certain order, which are rare when everything
 * happens at once; so most runs have few kinds of trouble.
 *
 * @param voters at first
 * @param servers voters and others
 * @param changes how voters may change
 * @param weights of the faults, in the order of {@link ModelCluster}
 * @param calmNanos most time between two faults
 * @param restartAfterVotePercent how often a voter's replica is closed and opened again soon after it voted
 * @param deposeAtChangePercent how often the leader is cut off when it changes the voters
 */
record ModelTrouble(
        int voters,
        int servers,
        ModelCluster.Changes changes,
        int[] weights,
        long calmNanos,
        int restartAfterVotePercent,
        int deposeAtChangePercent) {
    private static final int[] VOTERS = {1, 2, 3, 3, 3, 4, 5, 5};

    /** One of the kinds of trouble, in turn. */
    static ModelTrouble of(long seed, Random random) {
        long calmNanos = (20 + random.nextInt(80)) * ModelNetwork.MILLIS;
        int voters = VOTERS[random.nextInt(VOTERS.length)];
        ModelCluster.Changes changes = random.nextBoolean() ? ModelCluster.Changes.ONE_VOTER : ModelCluster.Changes.ANY;
        return switch ((int) (seed % 5)) {
            case 0 ->
                new ModelTrouble(
                        voters,
                        Math.min(6, voters + random.nextInt(4)),
                        changes,
                        IntStream.range(0, 11)
                                .map(fault -> random.nextInt(3) == 0 ? 3 : random.nextInt(2))
                                .toArray(),
                        calmNanos,
                        random.nextInt(50),
                        30);
            // Cuts only, of Raft more often than of the barrier.
            case 1 ->
                new ModelTrouble(voters, voters, changes, new int[] {2, 3, 1, 1, 0, 0, 0, 0, 1, 0, 0}, calmNanos, 0, 0);
            // Leaders are cut off and voters restart.
            case 2 -> new ModelTrouble(3, 3, changes, new int[] {3, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0}, calmNanos, 60, 0);
            // The leader helps to elect another one, of whom the rest does not hear.
            case 3 -> new ModelTrouble(3, 3, changes, new int[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, calmNanos, 0, 0);
            // Voters change, and that is when leaders are cut off.
            default -> new ModelTrouble(3, 6, changes, new int[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0}, calmNanos, 0, 60);
        };
    }
}
