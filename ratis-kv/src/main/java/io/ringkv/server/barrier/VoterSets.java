package io.ringkv.server.barrier;

import io.ringkv.common.id.ServerId;
import java.util.Set;
import java.util.TreeSet;

/**
 * The voters whose majority a confirmation needs: of the newest configuration, and while a change is under way of the
 * outgoing one as well (joint consensus: Ongaro, Consensus: Bridging Theory and Practice, section 4.3). Pure.
 *
 * @param current voters of the newest configuration; empty means that nothing can be confirmed
 * @param previous voters of the outgoing configuration, empty when no change is under way
 */
record VoterSets(Set<ServerId> current, Set<ServerId> previous) {
    VoterSets {
        current = Set.copyOf(current);
        previous = Set.copyOf(previous);
    }

    /** Whether these servers are a majority of every set. */
    boolean isMajority(Set<ServerId> yes) {
        return !current.isEmpty() && isMajorityOf(current, yes) && (previous.isEmpty() || isMajorityOf(previous, yes));
    }

    /** Whether a majority is still possible when these servers said no or cannot be asked. */
    boolean isPossibleWithout(Set<ServerId> lost) {
        Set<ServerId> rest = new TreeSet<>(all());
        rest.removeAll(lost);
        return isMajority(rest);
    }

    boolean contains(ServerId server) {
        return current.contains(server) || previous.contains(server);
    }

    /** All voters, in the order of their ids. */
    Set<ServerId> all() {
        Set<ServerId> all = new TreeSet<>(current);
        all.addAll(previous);
        return all;
    }

    private static boolean isMajorityOf(Set<ServerId> voters, Set<ServerId> yes) {
        int count = 0;
        for (ServerId voter : voters) {
            if (yes.contains(voter)) {
                count++;
            }
        }
        return count > voters.size() / 2;
    }
}
