package io.ringkv.manager.operation;

import io.ringkv.common.id.ServerId;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A ready leader of a shard by its own report. It may have been deposed without knowing.
 *
 * @param server where it is
 * @param term Raft term in which it leads
 * @param configuration newest configuration it knows
 * @param isSettled that configuration is committed and not transitional
 * @param fenceEpoch replica epoch of the last fence it has applied
 * @param fenceOperation operation of that fence, 0 if there was none
 * @param staged who is being caught up before it becomes a voter, null if nobody is
 * @param followers the other voters
 * @param failure what came of the last instruction that could not be carried out; empty if nothing did
 */
public record LeaderSighting(
        ServerId server,
        long term,
        VoterConfiguration configuration,
        boolean isSettled,
        long fenceEpoch,
        long fenceOperation,
        @Nullable ServerId staged,
        SortedMap<ServerId, FollowerSighting> followers,
        String failure) {

    /** Keeps a copy. */
    public LeaderSighting {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(configuration, "configuration");
        followers = Collections.unmodifiableSortedMap(new TreeMap<>(followers));
        Objects.requireNonNull(failure, "failure");
    }

    /** Whether it says something of each other voter. If not, neither does it say reliably whether anybody is staged. */
    boolean knowsItsFollowers() {
        return configuration.voters().stream().allMatch(voter -> voter.equals(server) || followers.containsKey(voter));
    }

    /** Whether the fence of this operation's present step is the last one applied. */
    boolean isFencedFor(Operation operation) {
        return fenceEpoch == operation.epoch() && fenceOperation == operation.number();
    }

    /** Whether the shard knows a fence that the manager did not give to this step, and that it cannot get past. */
    boolean isFencedPast(Operation operation) {
        return fenceEpoch >= operation.epoch() && !isFencedFor(operation);
    }
}
