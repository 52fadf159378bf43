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
     * @param least servers to ask only if the others do not suffice, the last of them last of all. The others come in the
     *     order of their ids, beginning after the asking server, so that not all servers ask the same one
     * @return servers to ask; they may not suffice for a shard that cannot be confirmed at all
     */
    static Set<ServerId> fewest(Collection<VoterSets> shards, ServerId self, List<ServerId> least) {
        Set<ServerId> chosen = new LinkedHashSet<>();
        for (VoterSets voters : shards) {
            Set<ServerId> helpful = new TreeSet<>(chosen);
            helpful.add(self);
            for (ServerId candidate : inOrder(voters, self, least)) {
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

    private static Set<ServerId> inOrder(VoterSets voters, ServerId self, List<ServerId> least) {
        TreeSet<ServerId> all = new TreeSet<>(voters.all());
        Set<ServerId> ordered = new LinkedHashSet<>(all.tailSet(self));
        ordered.addAll(all.headSet(self));
        for (ServerId server : least) {
            if (ordered.remove(server)) {
                ordered.add(server);
            }
        }
        return ordered;
    }
}
