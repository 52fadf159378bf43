package io.ringkv.server.barrier;

import io.ringkv.common.id.ServerId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which servers to ask first: few, since each costs a call, but enough that all shards of a round can be confirmed by
 * them. Greedy in the order of preference; one call to a server asks about all shards it votes in. Pure.
 */
final class PeerChoice {
    private PeerChoice() {}

    /**
     * Chooses.
     *
     * @param shards voters of each shard in the round
     * @param self the asking server, which needs no call
     * @param preference servers, best first; those it does not name come last, by id
     * @return servers to ask; they may not suffice for a shard that cannot be confirmed at all
     */
    static Set<ServerId> fewest(Collection<VoterSets> shards, ServerId self, List<ServerId> preference) {
        Set<ServerId> chosen = new LinkedHashSet<>();
        for (VoterSets voters : shards) {
            Set<ServerId> helpful = new TreeSet<>(chosen);
            helpful.add(self);
            for (ServerId candidate : inOrder(voters, preference)) {
                if (voters.isMajority(helpful)) {
                    break;
                }
                if (helpful.add(candidate)) {
                    chosen.add(candidate);
                }
            }
        }
        return chosen;
    }

    private static Set<ServerId> inOrder(VoterSets voters, List<ServerId> preference) {
        Set<ServerId> ordered = new LinkedHashSet<>();
        for (ServerId server : preference) {
            if (voters.contains(server)) {
                ordered.add(server);
            }
        }
        ordered.addAll(voters.all());
        return ordered;
    }
}
