package io.ringkv.server.barrier;

import io.ringkv.common.id.ServerId;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Voters of the model, as sets of bits: server n is bit n. Counts majorities in its own way, so that a mistake in {@link
 * VoterSets} is not made twice.
 *
 * @param current of the newest configuration
 * @param previous of the outgoing one, 0 when no change is under way
 */
record ModelConfiguration(int current, int previous) {
    boolean isMajority(int yes) {
        return isMajorityOf(current, yes) && (previous == 0 || isMajorityOf(previous, yes));
    }

    private static boolean isMajorityOf(int voters, int yes) {
        return 2 * Integer.bitCount(voters & yes) > Integer.bitCount(voters);
    }

    boolean includes(int server) {
        return ((current | previous) & (1 << server)) != 0;
    }

    boolean isStable() {
        return previous == 0;
    }

    static Set<ServerId> ids(int bits) {
        return VoterIds.of(IntStream.range(1, 31)
                .filter(number -> (bits & (1 << number)) != 0)
                .asLongStream()
                .toArray());
    }
}
