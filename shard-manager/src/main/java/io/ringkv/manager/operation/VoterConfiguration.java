package io.ringkv.manager.operation;

import io.ringkv.common.id.ServerId;
import java.util.List;
import java.util.Set;

/**
 * Who votes in a shard, by a committed entry of its log.
 *
 * @param voters by id
 * @param term Raft term of the entry
 * @param index Raft index of the entry
 */
public record VoterConfiguration(List<ServerId> voters, long term, long index) {

    /** @throws IllegalArgumentException if a voter occurs twice, there is none, or a number is negative */
    public VoterConfiguration {
        voters = voters.stream().sorted().toList();
        if (voters.isEmpty() || Set.copyOf(voters).size() != voters.size() || term < 0 || index < 0) {
            throw new IllegalArgumentException(
                    "configuration: voters " + voters + ", term " + term + ", index " + index);
        }
    }

    /**
     * Whether its entry lies after the other's. By term first: an entry of an earlier term that lies further on was never
     * committed, for a later one stands where it ends.
     */
    public boolean isAfter(VoterConfiguration other) {
        return term != other.term ? term > other.term : index > other.index;
    }
}
